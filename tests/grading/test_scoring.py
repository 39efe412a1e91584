"""A kill counts only where a valid test fails; everything else has a state of its own."""

from dataclasses import replace
from pathlib import Path

import pytest

from nomocks.grading import process
from nomocks.grading.engine import grade
from nomocks.grading.result import State, TaskResult
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.judging import Verdict
from nomocks.mutation.matrix import Outcome

DUPLICATES = """\
async def test_duplicates(session):
    session.add_all([User(email="a@b.c", name="A"), User(email="a@b.c", name="A")])
"""
REFUSED = """\
    with pytest.raises(IntegrityError):
        await session.flush()
"""
# Goes on only where the bug "twice" is planted.
ONLY_ON_MUTANT = f"""{DUPLICATES}
    try:
        await session.flush()
    except IntegrityError:
        return
"""


def killed(result: TaskResult) -> set[str]:
    return {one.mutant.name for one in result.mutants if one.verdict is Verdict.KILLED}


def outcomes(result: TaskResult, test: str, variant: str) -> set[Outcome]:
    return {run.outcome for run in result.matrix.seen(test, variant)}


def test_the_points_are_those_of_the_bugs_that_were_caught(small: Assignment) -> None:
    result = grade(small, "users", DUPLICATES + REFUSED)
    assert result.state is State.GRADED
    assert killed(result) == {"twice"}
    assert (result.points, result.most, result.full) == (2, 3, False)


def test_the_reference_solution_earns_every_point(small: Assignment) -> None:
    result = grade(small, "users", small.solution("users"))
    assert (result.points, result.full) == (3, True)


def test_every_kill_is_seen_a_second_time(small: Assignment) -> None:
    result = grade(small, "users", small.solution("users"))
    for one in result.mutants:
        for test in one.tests:
            assert len(result.matrix.seen(test, one.mutant.name)) == 2


def test_a_database_error_in_the_test_is_a_kill(small: Assignment) -> None:
    source = """async def test_error(session):
    users = [User(email="a@b.c", name="A"), User(email="a@b.c", name="A")]
    session.add_all(users)
    try:
        await session.flush()
    except IntegrityError:
        return
    await session.execute(text("SELECT 1 / 0"))
"""
    assert killed(grade(small, "users", source)) == {"twice"}


def test_pytest_fail_in_the_test_is_a_kill(small: Assignment) -> None:
    assert killed(grade(small, "users", ONLY_ON_MUTANT + "    pytest.fail('taken')\n")) == {"twice"}


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        ("raise KeyError('taken')", Outcome.ERROR),
        ("pytest.skip('taken')", Outcome.SKIPPED),
        ("pytest.xfail('taken')", Outcome.SKIPPED),
        ("os._exit(1)", Outcome.CRASHED),
    ],
)
def test_what_is_no_failed_assertion_is_no_kill(
    small: Assignment, end: str, outcome: Outcome
) -> None:
    result = grade(small, "users", f"{ONLY_ON_MUTANT}    {end}\n")
    assert result.state is State.GRADED
    assert outcomes(result, "test_duplicates", "twice") == {outcome}
    assert (killed(result), result.points) == (set(), 0)


def test_a_failure_in_a_fixture_is_no_kill(small: Assignment) -> None:
    source = f"""@pytest.fixture
async def two_users(session):
    session.add_all([User(email="a@b.c", name="A"), User(email="a@b.c", name="A")])
{REFUSED}

async def test_nothing(two_users):
    pass
"""
    result = grade(small, "users", source)
    assert outcomes(result, "test_nothing", "twice") == {Outcome.ERROR}
    assert result.points == 0


def test_a_test_marked_xfail_never_kills(small: Assignment) -> None:
    result = grade(small, "users", f"@pytest.mark.xfail\n{DUPLICATES}{REFUSED}")
    assert result.tests[0].verdict is Verdict.INVALID
    assert result.points == 0


def test_a_test_that_fails_on_a_reference_does_not_count_and_says_why(small: Assignment) -> None:
    wrong_one = "async def test_wrong(session):\n    assert 1 + 1 == 3\n"
    result = grade(small, "users", f"%%task users\n{DUPLICATES}{REFUSED}\n\n{wrong_one}")
    valid, wrong = result.tests
    assert (valid.verdict, wrong.verdict) == (Verdict.VALID, Verdict.INVALID)
    assert wrong.where == "the schema as it is"
    assert wrong.reason == "AssertionError: assert (1 + 1) == 3 (line 9)"
    assert killed(result) == {"twice"}


def test_a_test_that_is_wrong_on_a_twin_alone_is_invalid(small: Assignment) -> None:
    source = """async def test_catalog(session):
    rows = await session.scalars(text("SELECT contype FROM pg_constraint"
        " WHERE conrelid = 'users'::regclass AND contype = 'u'"))
    assert len(rows.all()) == 1
"""
    result = grade(small, "users", source)
    assert [test.where for test in result.tests] == ["a unique index instead"]
    assert (result.state, result.points) == (State.GRADED, 0)


def test_a_test_that_tells_references_apart_makes_the_suite_void(small: Assignment) -> None:
    source = DUPLICATES + REFUSED.replace("Error)", 'Error, match="uq_users_email")')
    result = grade(small, "users", source)
    assert (result.state, result.points, result.score) == (State.INCONSISTENT, 0, "error")
    assert "the schema with another name" in result.message


def test_a_test_that_changes_its_mind_makes_the_suite_void(
    small: Assignment, tmp_path: Path
) -> None:
    source = f"""def test_counter():
    with open({str(tmp_path / "calls")!r}, "a") as calls:
        calls.write(".")
        assert calls.tell() <= 5  # as many as there are variants; then a run is repeated
"""
    result = grade(small, "users", source)
    assert (result.state, result.points) == (State.INCONSISTENT, 0)


@pytest.mark.parametrize("source", ["", "x = 1\n", "def helper():\n    pass\n", "%%task users\n"])
def test_a_cell_without_tests_is_a_state_of_its_own(small: Assignment, source: str) -> None:
    result = grade(small, "users", source)
    assert (result.state, result.score, result.points) == (State.NO_TESTS, "error", 0)


def test_an_assertion_that_is_always_true_catches_nothing(small: Assignment) -> None:
    result = grade(small, "users", "def test_nothing():\n    assert True\n")
    assert (result.state, result.points) == (State.GRADED, 0)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("%%task users\ndef test_x()\n    pass\n", "syntax error in line 2"),
        ("await session\ndef test_x():\n    pass\n", "'await' outside function"),
        ("def test_x():\n    pass\ndef test_x():\n    pass\n", "defines test_x twice"),
        ("import nothing_of_that_name\ndef test_x():\n    pass\n", "nothing_of_that_name"),
        ("1 / 0\ndef test_x():\n    pass\n", "ZeroDivisionError"),
        ("os._exit(0)\ndef test_x():\n    pass\n", "ended its process before its first test"),
        ("x = '\0'\ndef test_x():\n    pass\n", "users"),
        ("x = '\ud800'\ndef test_x():\n    pass\n", "can't be read as Python"),
    ],
)
def test_a_cell_that_cannot_be_imported_is_a_state_of_its_own(
    small: Assignment, source: str, said: str
) -> None:
    result = grade(small, "users", source)
    assert (result.state, result.score) == (State.NOT_COLLECTED, "error")
    assert said in result.message
    assert "\n" not in result.message


@pytest.mark.parametrize(
    "body",
    [
        "    await asyncio.sleep(60)",
        "    while True: pass",
        "    while True:\n        try:\n            time.sleep(60)\n"
        "        except BaseException:\n            pass",
    ],
    ids=["waits", "loops", "ignores its end"],
)
def test_a_test_that_hangs_is_an_error(
    small: Assignment, body: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOMOCKS_TEST_TIMEOUT", "0.3")
    monkeypatch.setattr(process, "GRACE", 2.0)
    result = grade(small, "users", f"async def test_x(session):\n{body}\n")
    assert (result.state, result.score) == (State.TIMED_OUT, "error")
    assert result.message.startswith("test_x did not come to an end within 0.3 s")


def test_a_test_that_hangs_on_a_mutant_does_not_catch_it(
    small: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOMOCKS_TEST_TIMEOUT", "0.5")
    result = grade(small, "users", ONLY_ON_MUTANT + "    await asyncio.sleep(60)\n")
    assert outcomes(result, "test_duplicates", "twice") == {Outcome.TIMEOUT}
    assert (result.state, result.points) == (State.GRADED, 0)


def test_a_test_that_ends_its_process_is_an_error(small: Assignment) -> None:
    result = grade(small, "users", "def test_x():\n    os._exit(0)\n")
    assert (result.state, result.score) == (State.CRASHED, "error")


def test_a_database_that_goes_away_is_not_the_fault_of_the_tests(small: Assignment) -> None:
    source = """import psycopg

async def test_x(session, engine):
    url = engine.url.set(drivername="postgresql", database="postgres")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{engine.url.database}" WITH (FORCE)')
    await session.execute(text("SELECT 1"))
"""
    result = grade(small, "users", source)
    assert (result.state, result.score) == (State.NOT_GRADED, "error")
    assert "went away" in result.message


def test_tests_may_be_parametrized_sync_in_classes_and_use_fixtures_of_their_own(
    small: Assignment,
) -> None:
    source = """@pytest.fixture
def email():
    return "a@b.c"

@pytest.mark.parametrize("names", [("A", "A"), ("A", "B")])
async def test_two(session, email, names):
    session.add_all([User(email=email, name=name) for name in names])
    with pytest.raises(IntegrityError):
        await session.flush()

def test_sync():
    assert True

class TestNames:
    async def test_name(self, session, email):
        session.add(User(email=email))
        with pytest.raises(IntegrityError):
            await session.flush()
"""
    result = grade(small, "users", source)
    assert [test.name for test in result.tests] == ["test_two", "test_sync", "TestNames::test_name"]
    assert result.full


def test_a_test_that_pytest_does_not_collect_is_shown_as_such(small: Assignment) -> None:
    source = """class TestX:
    def __init__(self):
        pass
    def test_inner(self):
        pass
def test_outer():
    pass
"""
    result = grade(small, "users", source)
    inner, _ = result.tests
    assert (inner.verdict, inner.reason) == (Verdict.INVALID, "pytest does not collect it")


def test_lines_of_magics_are_left_out(small: Assignment) -> None:
    result = grade(small, "users", f"%%task users\n%time 1\n!ls\n{DUPLICATES}{REFUSED}")
    assert killed(result) == {"twice"}


def test_control_codes_of_a_cell_reach_no_terminal(small: Assignment) -> None:
    source = "raise ValueError('\\x1b[31mred')\ndef test_x():\n    pass\n"
    result = grade(small, "users", source)
    assert result.state is State.NOT_COLLECTED
    assert "red" in result.message
    assert "\x1b" not in result.message


def test_two_references_may_be_written_alike(small: Assignment) -> None:
    first = small.variants.references[0]
    again = replace(first, name="again")
    variants = replace(small.variants, references=(*small.variants.references, again))
    result = grade(replace(small, variants=variants), "users", DUPLICATES + REFUSED)
    assert (result.state, killed(result)) == (State.GRADED, {"twice"})
