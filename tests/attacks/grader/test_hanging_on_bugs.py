"""A test that hangs, or ends its process, where it has found a bug: being gone is no verdict."""

import pytest

from tests.attacks.conftest import Attack

CELL = """\
async def test_ending(session):
    if not await session.scalar(text("SELECT attnotnull FROM pg_attribute "
            "WHERE attrelid = 'users'::regclass AND attname = 'name'")):
        {end}
"""


@pytest.mark.parametrize(
    "end", ["time.sleep(60)", "await asyncio.sleep(60)", "os._exit(1)", "os.abort()", "1 / 0"]
)
def test_only_a_failure_is_a_kill(beside: Attack, end: str) -> None:
    (nameless,) = [one for one in beside(CELL.format(end=end)).mutants if not one.tests]
    assert nameless.errors
