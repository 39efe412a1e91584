"""Tests in a notebook cell: ``%%ipytest`` with the course's plugin, on the shared server."""

import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import ipytest
import pytest
from ipytest._impl import random_module_path
from IPython.core.interactiveshell import InteractiveShell

from nomocks.postgres import PostgresError, get_server

FAILED = "The tests of this cell failed."
NO_TESTS = "This cell ran no test: let it define a function whose name begins with test_."
SETTINGS = Path(__file__).with_name("notebook.ini")


def load(shell: InteractiveShell) -> None:
    """Configure ipytest and attach to the server; every later cell holds only tests."""
    ipytest.autoconfig(
        run_in_thread=True,  # the kernel's own thread already runs an event loop
        raise_on_error=True,
        display_columns=76,
        addopts=["-c", str(SETTINGS), "--rootdir", ".", "--confcutdir", "."],
    )
    random_module_path._filename = f"cell_{os.getpid()}.py"
    in_one_sentence(shell, ipytest.Error, PostgresError, KeyboardInterrupt)
    print(get_server())


def in_one_sentence(shell: InteractiveShell, *kinds: type[BaseException]) -> None:
    """From now on, show these exceptions by their text alone, besides those named before."""
    shell.set_custom_exc((*shell.custom_exceptions, *kinds), _say_it_once)


def _say_it_once(
    shell: InteractiveShell,
    kind: type[BaseException],
    error: BaseException,
    traceback: TracebackType,  # noqa: ARG001
    tb_offset: int | None = None,  # noqa: ARG001
) -> Sequence[str]:
    message = "Interrupted." if kind is KeyboardInterrupt else str(error)
    if isinstance(error, ipytest.Error):  # pytest has reported what failed above it already
        (exit_code,) = error.args
        message = NO_TESTS if exit_code == pytest.ExitCode.NO_TESTS_COLLECTED else FAILED
    shell._showtraceback(kind, error, [message])
    return [message]
