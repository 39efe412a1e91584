"""Tests that are skipped, or expected to fail, where failing would be told: strict ones too."""

from nomocks.mutation.judging import Verdict
from tests.attacks.conftest import Attack

CELL = """\
@pytest.mark.skip
def test_skipped():
    assert False

@pytest.mark.xfail(strict=True)
async def test_strict(session):
    session.add(User(email="a@b.c"))
    await session.flush()

@pytest.mark.xfail
def test_expected():
    assert False

def test_at_run_time():
    pytest.xfail("it is known")
"""


def test_neither_a_skip_nor_an_expected_failure_catches_a_bug(beside: Attack) -> None:
    result = beside(CELL)
    assert [test.verdict for test in result.tests[:4]] == [Verdict.INVALID] * 4
