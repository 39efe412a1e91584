"""A test that skips itself, or expects to fail, where it has found a bug in the catalog."""

from tests.attacks.conftest import Attack

CELL = """\
async def test_skipping(session):
    if not await session.scalar(text("SELECT attnotnull FROM pg_attribute "
            "WHERE attrelid = 'users'::regclass AND attname = 'name'")):
        pytest.skip("a bug")
"""


def test_a_skip_is_no_kill(beside: Attack) -> None:
    beside(CELL)
