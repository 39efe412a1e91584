"""The page of a student: what it shows, and what nothing in it may do."""

from dataclasses import replace
from pathlib import Path

import pytest

from nomocks.grading.checking import Checked
from nomocks.grading.graded import Graded
from nomocks.grading.inert import LONGEST, one_line
from nomocks.grading.reports.page import FILE, render
from nomocks.grading.result import Observed, State, judged
from nomocks.grading.reveal import Reveal
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.matrix import KillMatrix, Observation, Outcome
from nomocks.mutation.variants import Mutant, Reference, Task, Twin, Variants
from tests.reports.browsing import FAILED, PASSED, all_of, caught, first, sound, text_of, words


def read(graded: Graded, reveal: Reveal = Reveal.HINT) -> str:
    """All words of a page."""
    return text_of(first(sound(render(graded, reveal)), "body"))


def large(folder: Path, size: int) -> Graded:
    """As many tests, bugs and twins, of which each third test is invalid and each bug caught."""
    mutants = [Mutant(f"m{n}", "t", f"Bug {n}.", "", ("Look.",), "") for n in range(size)]
    twins = [Twin(f"t{n}", "t", f"m{n}", f"twin {n}") for n in range(size)]
    references = (Reference("r1", "one"), Reference("r2", "another"))
    variants = Variants((Task("t", "Large"),), references, tuple(twins), tuple(mutants))
    assignment = Assignment("large", folder, variants)
    matrix = KillMatrix(tuple(f"test_{n}_{'x' * 3 * n}" for n in range(size)))
    for number, test in enumerate(matrix.tests):
        invalid = number % 3 == 0
        for one in (*references, *twins):
            matrix.add(test, one.name, FAILED if invalid else PASSED)
        for bug in mutants if not invalid else []:
            matrix.add(test, bug.name, FAILED if bug is mutants[number] else PASSED)
    result = judged(assignment, assignment.task("t"), Observed(State.GRADED, "", matrix))
    return Graded("Ann", Checked(assignment, (result,)))


def test_every_page_is_sound_at_every_step(by_sort: dict[str, Graded]) -> None:
    assert FILE == "students/{student}.html"
    for graded in by_sort.values():
        for reveal in Reveal:
            sound(render(graded, reveal))


def test_hostile_text_is_shown_and_does_nothing(by_sort: dict[str, Graded]) -> None:
    hostile = replace(by_sort["hostile"], unsafe=True)
    root = sound(render(hostile, Reveal.DIFF))
    heading = text_of(first(root, "body/header/div/h1"))
    assert heading == one_line(hostile.student, 200)
    assert "<script>alert(1)</script>" in heading
    for text in root.itertext():
        assert len(text) <= LONGEST or "prefers-color-scheme" in text
        assert not {"\x1b", "\x00", "\u202e", "\ufffe"} & set(text)


def test_hostile_reasons_and_problems_are_shown_as_text(by_sort: dict[str, Graded]) -> None:
    assert "<script>alert(1)</script>" in read(by_sort["hostile answer"])
    problem = replace(by_sort["unreadable"], problem="<img src=x onerror=alert(1)>")
    assert "<img src=x onerror=alert(1)>" in read(problem)


def test_full_marks_are_said_first(by_sort: dict[str, Graded]) -> None:
    root = sound(render(by_sort["full"], Reveal.COUNT))
    assert text_of(first(root, "body/header/div/h1")) == "Full marks, ann"
    assert "3 of 3 points. No bug got past." in text_of(first(root, "body/header"))
    assert "Full marks" not in read(by_sort["partial"])
    assert "Every promise is kept." in read(by_sort["all promises"])


def test_points_say_where_the_others_went(by_sort: dict[str, Graded]) -> None:
    assert "1 of 3 points. 1 bug got past." in read(by_sort["partial"])
    assert "0 of 6 points. 6 promises are broken." in read(by_sort["hostile answer"])
    assert "0 of 3 points. 1 task ended in an error." in read(by_sort["no test"])
    assert "0 of 3 points so far. 1 task has no mark yet." in read(by_sort["not graded"])


def test_an_error_is_told_by_its_sentence(by_sort: dict[str, Graded]) -> None:
    shown = read(by_sort["no test"])
    assert 'No tests. The cell of "users" has no test yet' in shown
    assert "no points are lost" not in shown


def test_what_was_not_graded_costs_no_points(by_sort: dict[str, Graded]) -> None:
    shown = read(by_sort["not graded"])
    assert "Not graded. No server would run users on 5 variants." in shown
    assert "That is not the fault of your tests, and no points are lost." in shown


def test_an_inconsistent_suite_waits_for_a_person(by_sort: dict[str, Graded]) -> None:
    shown = read(by_sort["inconsistent"])
    assert "test_reads_the_catalog passes on one correct variant and fails on another" in shown
    assert "A person has to look at it" in shown
    assert "what each test did on correct variants" in shown


def test_a_submission_that_cannot_be_read_has_no_points(by_sort: dict[str, Graded]) -> None:
    shown = read(by_sort["unreadable"])
    assert "Nothing of this submission could be graded." in shown
    assert by_sort["unreadable"].problem in shown
    assert "0 of" not in shown


def test_an_invalid_test_is_told_with_its_reason(by_sort: dict[str, Graded]) -> None:
    shown = read(by_sort["invalid"])
    assert "test_a_user_is_there_from_the_start does not pass on the schema as it is" in shown
    assert "assert 0 == 1" in shown


def test_nothing_but_the_number_is_told_at_first(by_sort: dict[str, Graded]) -> None:
    shown = read(by_sort["partial"], Reveal.COUNT)
    assert "1 of 2 bugs got past." in shown
    assert "A user may have no name. Caught by test_a_user_has_a_name" in shown
    for hidden in ("Two users may have one email.", "UNIQUE", "first hint", "uq_users_email"):
        assert hidden not in shown


def test_then_the_kind(by_sort: dict[str, Graded]) -> None:
    shown = read(by_sort["partial"], Reveal.KIND)
    assert "Bug 1 got past" in shown
    assert "a UNIQUE constraint, in the table users" in shown
    for hidden in ("Two users may have one email.", "first hint", "uq_users_email"):
        assert hidden not in shown


def test_then_the_bug_and_its_hints(by_sort: dict[str, Graded]) -> None:
    shown = read(by_sort["partial"], Reveal.HINT)
    assert "Bug 1 got past: Two users may have one email." in shown
    assert "The first hint." in shown
    assert "The second hint." in shown
    assert "uq_users_email" not in shown


def test_at_last_what_was_changed(by_sort: dict[str, Graded]) -> None:
    shown = read(by_sort["partial"], Reveal.DIFF)
    assert "DROP CONSTRAINT uq_users_email" in shown


def test_broken_promises_are_told_in_the_same_steps(by_sort: dict[str, Graded]) -> None:
    answer = by_sort["hostile answer"]
    probe = answer.results[0].promises[0].probe
    promise = probe.promise.replace("`", "")
    shown = [read(answer, reveal) for reveal in Reveal]
    assert [promise in one for one in shown] == [False, True, True, True]
    assert [probe.hints[0].replace("`", "") in one for one in shown] == [False, False, True, True]
    assert ["What happened: ValueError" in one for one in shown] == [False, False, True, True]
    assert "6 of 6 promises not kept." in shown[0]


def test_where_only_the_number_is_told_the_picture_tells_no_more(assignment: Assignment) -> None:
    def columns(bug: str, reveal: Reveal) -> list[str]:
        graded = Graded("Ann", Checked(assignment, (caught(assignment, {bug}),)))
        [picture] = all_of(sound(render(graded, reveal)), "svg", "columns")
        heads = all_of(picture, "text", "good") + all_of(picture, "text", "bad")
        return ["".join(one.itertext()) for one in heads]

    assert columns("twice", Reveal.COUNT) == columns("nameless", Reveal.COUNT)
    assert columns("nameless", Reveal.COUNT) == ["bug 11", "a bug that got past?"]
    assert columns("nameless", Reveal.KIND) == ["bug 22", "bug 11"]


def test_the_picture_the_table_and_the_description_agree(assignment: Assignment) -> None:
    graded = Graded("Ann", Checked(assignment, (caught(assignment, {"twice"}),)))
    root = sound(render(graded, Reveal.HINT))
    [picture] = all_of(root, "svg", "columns")
    assert "Kill matrix of Users 2 tests on 3 correct variants and 2 bugs." in text_of(picture)
    assert "Caught: 1. Not caught: 2." in text_of(picture)
    assert len(all_of(picture, "rect", "catches")) == 1
    assert len(all_of(picture, "circle", "dot")) == 2 * 5 - 1
    assert len(all_of(picture, "rect", "past")) == 1
    rows = [words(row) for row in all_of(all_of(root, "details")[0], "tr")]
    assert rows == [
        ["test", "counts", "bug 1", "bug 2", "reference 1", "reference 2", "twin 1"],
        ["test_twice", "yes", "catches", "passes", "passes", "passes", "passes"],
        ["test_nameless", "yes", "passes", "passes", "passes", "passes", "passes"],
    ]


def test_an_error_on_a_bug_is_no_catch(assignment: Assignment) -> None:
    result = caught(assignment, set())
    timeout = Observation(Outcome.TIMEOUT, "no end")
    result.matrix.cells["test_twice", "twice"] = [timeout]
    again = judged(assignment, result.task, Observed(State.GRADED, "", result.matrix))
    graded = Graded("Ann", Checked(assignment, (again,)))
    [picture] = all_of(sound(render(graded, Reveal.HINT)), "svg", "columns")
    assert len(all_of(picture, "rect", "error")) == 1
    assert "An error there, which catches nothing: test_twice: no end" in read(graded)
    assert "no end" not in read(graded, Reveal.KIND)


@pytest.mark.parametrize("size", [0, 1, 40])
def test_a_task_of_any_size_has_a_page(assignment: Assignment, size: int) -> None:
    root = sound(render(large(assignment.folder, size), Reveal.HINT))
    pictures = all_of(root, "svg", "columns")
    assert len(pictures) == (1 if size else 0)
    for picture in pictures:
        past = len(all_of(picture, "rect", "past"))
        assert past == len(range(0, size, 3))
        assert len(all_of(picture, "rect", "catches")) == size - past


def test_unsafe_is_said_plainly(by_sort: dict[str, Graded]) -> None:
    assert "Unsafe. Graded without a sandbox" in read(replace(by_sort["full"], unsafe=True))
    assert "nsafe" not in read(by_sort["full"])


def test_a_comment_is_shown(by_sort: dict[str, Graded]) -> None:
    shown = read(replace(by_sort["full"], comment="Good work.\nSee me."))
    assert "From your teacherGood work. See me." in shown
    assert "From your teacher" not in read(by_sort["full"])


def test_points_given_by_hand_are_told_with_those_earned(by_sort: dict[str, Graded]) -> None:
    result = replace(by_sort["partial"].results[0], by_hand=2.5)
    shown = read(replace(by_sort["partial"], checked=Checked(_of(by_sort), (result,))))
    assert "2.5 of 3 points. 1 bug got past." in shown
    assert "These points were given by hand; the tests earned 1." in shown


def test_full_marks_by_hand_do_not_hide_what_got_past(by_sort: dict[str, Graded]) -> None:
    result = replace(by_sort["partial"].results[0], by_hand=3)
    shown = read(replace(by_sort["partial"], checked=Checked(_of(by_sort), (result,))))
    assert "Full marks, bob" in shown
    assert "3 of 3 points. 1 bug got past." in shown


def test_when_and_where_it_was_graded_are_told_if_they_are_known(
    by_sort: dict[str, Graded],
) -> None:
    page = render(by_sort["full"], Reveal.HINT, when="2026-11-21 18:04 UTC", where="PostgreSQL 18")
    assert text_of(first(sound(page), "body/header/div/dl")) == (
        "graded2026-11-21 18:04 UTConPostgreSQL 18"
    )
    assert sound(render(by_sort["full"], Reveal.HINT)).find("body/header/div/dl") is None


def test_when_it_was_handed_in_is_told_and_that_it_was_late(by_sort: dict[str, Graded]) -> None:
    late = replace(by_sort["full"], late=True, submitted="2026-11-02 10:00 UTC")
    assert "handed in2026-11-02 10:00 UTC, late" in read(late)
    assert "handed inlate" in read(replace(late, submitted=""))
    assert "handed in" not in read(by_sort["full"])


def _of(by_sort: dict[str, Graded]) -> Assignment:
    return by_sort["partial"].checked.assignment
