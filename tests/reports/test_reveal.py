"""Feedback in steps: each tells more than the one before, of every bug that got past."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from nomocks.grading.diffs import diff_of, source_at
from nomocks.grading.graded import Graded
from nomocks.grading.html import Report
from nomocks.grading.kinds import kind_of
from nomocks.grading.reveal import Reveal, explained
from nomocks.grading.terminal import plain
from nomocks.mutation.assignment import Assignment, read
from nomocks.mutation.code import Map, Rewrite, Set, Swap, SwapModule
from nomocks.mutation.schema import drop_constraint
from nomocks.mutation.variants import Mutant

SOLUTIONS = Path(__file__).parents[2] / "solutions"
SLUGS = sorted(path.parent.name for path in SOLUTIONS.glob("*/variants.py"))
BUG, HINTS = "Two users may have one email.", ("The first hint.", "The second hint.")
CHANGE = "ALTER TABLE users DROP CONSTRAINT uq_users_email;"


def told(graded: Graded, reveal: Reveal) -> str:
    """All that the steps tell of the first task."""
    explanation = explained(graded.results[0], reveal, graded.checked.assignment)
    lines = [line for one in explanation.missed for line in one.lines]
    return "\n".join([explanation.summary, *lines])


def test_count_tells_how_many_got_past_and_where_to_look(by_sort: dict[str, Graded]) -> None:
    text = told(by_sort["partial"], Reveal.COUNT)
    assert text.startswith("1 of 2 bugs got past. A test for one ")
    assert "UNIQUE" not in text
    assert BUG not in text


def test_kind_tells_what_is_wrong_and_what_a_test_would_look_at(by_sort: dict[str, Graded]) -> None:
    text = told(by_sort["partial"], Reveal.KIND)
    assert "Bug 1 (a UNIQUE constraint, in the table users) got past." in text
    assert "A test for it writes two rows that agree in some columns" in text
    assert BUG not in text


def test_hint_tells_the_bug_and_all_hints_and_not_the_change(by_sort: dict[str, Graded]) -> None:
    text = told(by_sort["partial"], Reveal.HINT)
    assert all(words in text for words in (BUG, *HINTS))
    assert CHANGE not in text


def test_diff_tells_the_change(by_sort: dict[str, Graded]) -> None:
    assert CHANGE in told(by_sort["partial"], Reveal.DIFF)


def test_promises_are_told_in_the_same_steps(by_sort: dict[str, Graded]) -> None:
    count, kind, hint, _ = (told(by_sort["hostile answer"], step) for step in Reveal)
    assert count.startswith("6 of 6 promises not kept. Our test for it")
    assert "Promise 1 is broken: The driver is asyncpg, whatever the URL began with." in kind
    assert "What happened" not in kind
    assert "What happened: ValueError" in hint
    assert hint.count("\nHint: ") == 12


@pytest.mark.parametrize("sort", ["full", "all promises", "inconsistent", "no test"])
def test_nothing_is_told_where_nothing_got_past(sort: str, by_sort: dict[str, Graded]) -> None:
    assert not any(told(by_sort[sort], step) for step in Reveal)


@pytest.mark.parametrize("sort", ["partial", "hostile answer"])
def test_every_report_says_more_with_every_step(sort: str, by_sort: dict[str, Graded]) -> None:
    one = by_sort[sort]
    result, assignment = one.results[0], one.checked.assignment
    for shown in (
        [Report(result, None, step, assignment)._repr_html_() for step in Reveal],
        [plain(result, None, step, assignment) for step in Reveal],
    ):
        words = [set(re.findall(r"\w+", re.sub("<[^>]*>", " ", text))) for text in shown]
        if sort == "hostile answer":
            words.pop()  # nothing was changed there
        assert all(len(more - less) > 2 for less, more in pairwise(words))


@pytest.mark.parametrize("step", list(Reveal))
def test_a_notebook_report_tells_of_survivors_what_the_step_allows(
    step: Reveal, by_sort: dict[str, Graded]
) -> None:
    one = by_sort["partial"]
    report = Report(one.results[0], None, step, one.checked.assignment)
    for text in (report._repr_html_(), " ".join(repr(report).split())):
        assert "A user may have no name." in text  # which was caught
        assert (BUG in text) is step.tells(Reveal.HINT)
        assert (HINTS[1] in text) is step.tells(Reveal.HINT)
        assert (CHANGE in text) is step.tells(Reveal.DIFF)


@pytest.mark.parametrize("sort", ["hostile", "hostile answer"])
def test_words_of_a_student_do_nothing_in_a_notebook_or_a_terminal(
    sort: str, by_sort: dict[str, Graded]
) -> None:
    one = by_sort[sort]
    for step in Reveal:
        report = Report(one.results[0], None, step, one.checked.assignment)
        assert "<script" not in report._repr_html_()
        assert "<img" not in report._repr_html_()
        assert "\x1b" not in repr(report) + report._repr_html_()


def test_a_check_in_a_notebook_gives_as_many_hints_as_it_is_asked_for(
    by_sort: dict[str, Graded],
) -> None:
    result = by_sort["partial"].results[0]
    for count in (0, 1, 2):
        for text in (Report(result, count)._repr_html_(), repr(Report(result, count))):
            assert BUG in text
            assert [hint in text for hint in HINTS] == [count > 0, count > 1]


@pytest.fixture(scope="module", params=SLUGS)
def real(request: pytest.FixtureRequest) -> Assignment:
    return read(SOLUTIONS / request.param)


def test_each_bug_of_the_course_has_a_kind_and_a_diff(real: Assignment) -> None:
    for task in real.variants.tasks:
        for mutant in real.against(task.name).mutants:
            kind, diff = kind_of(mutant, real.preamble), diff_of(mutant, real.preamble)
            assert kind.look.startswith("A test for it ")
            assert mutant.bug not in kind.about
            changed = re.search("^[+-] *\\S|;$", diff, re.M)
            assert changed, f"{mutant.name} shows no change"


def mutant(*statements: str, code: tuple[object, ...] = ()) -> Mutant:
    return Mutant("m", "t", "A bug.", "", (), "", tuple(statements), code)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("statements", "about"),
    [
        ([drop_constraint("users", "uq_users_email")], "a UNIQUE constraint, in the table users"),
        ([drop_constraint("items", "ck_items_x")], "a CHECK constraint, in the table items"),
        ([drop_constraint("items", "fk_items_y")], "a foreign key, in the table items"),
        ([drop_constraint("items", "pk_items")], "a primary key, in the table items"),
        (["ALTER TABLE t ALTER COLUMN c DROP DEFAULT"], "a default, in the table t"),
        (["ALTER TABLE t ALTER COLUMN c TYPE int"], "the type of a column, in the table t"),
        (["DROP INDEX ix"], "an index"),
        (["VACUUM"], "the schema"),
    ],
)
def test_the_kind_of_a_schema_bug_is_read_from_its_sql(statements: list[str], about: str) -> None:
    assert kind_of(mutant(*statements)).about == about


GIVEN = """async def store(session, rows):
    async with session.begin_nested():
        session.add_all(rows)
    await session.commit()

LIMIT = 3

class Till:
    @property
    def total(self):
        return sum(self.sums)
"""


@pytest.mark.parametrize(
    ("change", "about", "line"),
    [
        (
            Rewrite("given:store", "async def store(session, rows):\n    session.add_all(rows)\n"),
            "a transaction or a savepoint, in `store`",
            "-    await session.commit()",
        ),
        (Set("given:LIMIT", 4), "a value, in `LIMIT`", "+LIMIT = 4"),
        (Map("shop.models:Order.items", "cascade", "all"), "a cascade, in `Order.items`", "+Order"),
        (
            Swap("given:Till.total", "given:store"),
            "a transaction or a savepoint, in `Till.total`",
            "-@property",
        ),
        (
            SwapModule("shop.services.orders", "shop.otherwise.orders"),
            "what it returns or stores, in shop.services.orders",
            "+those of shop.otherwise.orders",
        ),
        (Rewrite("gone:f", "def f(): pass"), "what it returns or stores, in `f`", "+def f(): pass"),
    ],
)
def test_a_change_of_code_has_a_kind_and_is_shown_line_by_line(
    change: object, about: str, line: str
) -> None:
    one = mutant(code=(change,))
    assert kind_of(one, GIVEN).about == about
    assert line in diff_of(one, GIVEN)


def test_the_source_of_a_method_comes_with_its_decorators() -> None:
    expected = "@property\ndef total(self):\n    return sum(self.sums)"
    assert source_at("given:Till.total", GIVEN) == expected
    assert source_at("given:Till.gone", GIVEN) == ""
