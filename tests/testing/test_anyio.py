"""The same fixtures serve tests that anyio's plugin runs, alone and beside pytest-asyncio."""

import pytest

from tests.testing.projects import IMPORTS, complaints

ALONE = """
[pytest]
addopts = -p nomocks.testing.plugin --strict-markers -p no:xdist
filterwarnings = error
anyio_mode = auto
"""
BESIDE = """
[pytest]
addopts = -p nomocks.testing.plugin --strict-markers -p no:xdist
filterwarnings = error
asyncio_mode = strict
asyncio_default_fixture_loop_scope = session
asyncio_default_test_loop_scope = session
"""
TESTS = """
NAMES = ("rollback", "truncate", "delete", "template", "recreate")

@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.isolation(name)) for name in NAMES * 2]
)
async def test_session(session, name):
    assert await users(session) == 0
    session.add(ada())
    await session.commit()
    assert await users(session) == 1

async def test_sessions(sessions, connection, engine):
    async with sessions.begin() as session:
        session.add(ada())
    async with sessions() as session:
        assert await users(session) == 1
"""
ANYIO = IMPORTS + "pytestmark = pytest.mark.anyio\n" + TESTS
ASYNCIO = IMPORTS + "pytestmark = pytest.mark.asyncio\n" + TESTS


@pytest.mark.parametrize("early", [("-p", "anyio"), ()], ids=["loaded first", "loaded last"])
def test_the_suite_passes_without_pytest_asyncio(
    pytester: pytest.Pytester, early: tuple[str, ...]
) -> None:
    pytester.makeini(ALONE)
    pytester.makepyfile(IMPORTS + TESTS)
    pytester.runpytest_subprocess(*early, "-p", "no:asyncio").assert_outcomes(passed=11)


@pytest.mark.parametrize("early", [("-p", "anyio"), ()], ids=["loaded first", "loaded last"])
def test_tests_of_both_plugins_stand_side_by_side(
    pytester: pytest.Pytester, early: tuple[str, ...]
) -> None:
    pytester.makeini(BESIDE)
    pytester.makepyfile(test_of_anyio=ANYIO, test_of_asyncio=ASYNCIO)
    pytester.runpytest_subprocess(*early).assert_outcomes(passed=22)


@pytest.mark.parametrize(
    ("fixture", "sentence"),
    [
        ('(scope="session")\ndef anyio_backend(): return "trio"', "The test runs on trio"),
        (
            '(scope="session")\ndef anyio_backend(): return "trio", {"debug": True}',
            "The test runs on trio",
        ),
        (
            '\ndef anyio_backend(): return "asyncio"',
            "The fixture anyio_backend is of scope function",
        ),
    ],
)
def test_a_backend_that_can_not_work_is_refused_in_one_sentence(
    pytester: pytest.Pytester, fixture: str, sentence: str
) -> None:
    pytester.makeini(ALONE)
    pytester.makepyfile(IMPORTS + f"@pytest.fixture{fixture}\n" + TESTS)
    result = pytester.runpytest_subprocess("-p", "no:asyncio")
    result.assert_outcomes(errors=11)
    said = complaints(result)
    assert len(said) == 11
    assert all(text.startswith(sentence) for text in said.values())


def test_a_mark_of_anyio_under_pytest_asyncios_mode_auto_is_refused(
    pytester: pytest.Pytester,
) -> None:
    pytester.makeini(BESIDE)
    pytester.makepyfile(test_of_anyio=ANYIO, test_of_asyncio=ASYNCIO)
    result = pytester.runpytest_subprocess("-o", "asyncio_mode=auto")
    result.assert_outcomes(passed=11, errors=11)
    assert "set asyncio_mode to strict, or remove the mark" in result.stdout.str()
