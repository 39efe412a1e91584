"""Tests that fail everywhere: to them every variant is a bug."""

from nomocks.mutation.judging import Verdict
from tests.attacks.conftest import Attack

CELL = """\
def test_assertion():
    assert False

async def test_database(session):
    await session.execute(text("SELECT 1 / 0"))

def test_failure():
    pytest.fail("there is a bug")
"""


def test_failing_everywhere_catches_nothing(beside: Attack) -> None:
    result = beside(CELL)
    assert [test.verdict for test in result.tests[:3]] == [Verdict.INVALID] * 3
