"""Tests on a real server: the pytest plugin, and the same in a notebook (``%load_ext``).

In a project of your own, begin with these settings, as ``pytest.ini``::

    [pytest]
    addopts = -p nomocks.testing.plugin
    pythonpath = .
    asyncio_mode = auto
    asyncio_default_fixture_loop_scope = session
    asyncio_default_test_loop_scope = session
    nomocks_metadata = models:Base.metadata

A test then asks for a fixture, such as ``session``, or ``sessions`` for code that commits::

    async def test_a_name_is_kept(session):
        session.add(User(name="Ada"))
        await session.commit()

All else is named where it is: fixtures in ``plugin``, what keeps tests apart in ``isolation``,
``keeping`` for ``--keep-database``, ``statements`` and ``budgets`` to count what is sent, ``plans``
and ``growth``, ``factories``, ``races``, ``migrations``, and ``api`` for clients. The event loop of
tests and fixtures is the session's, because all tests share an engine, which belongs to one loop.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: "InteractiveShell") -> None:
    """Set up ``%%ipytest`` in this notebook, and print which PostgreSQL it runs on."""
    from nomocks.testing import notebook  # pytest must not import IPython to load the plugin

    notebook.load(shell)
