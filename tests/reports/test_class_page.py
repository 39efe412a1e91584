"""The page of a class: its numbers, computed by hand, and what nothing in it may do."""

import gc
import weakref
from collections.abc import Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element

from nomocks.grading.checking import Checked
from nomocks.grading.graded import Graded
from nomocks.grading.inert import file_name
from nomocks.grading.reports import page
from nomocks.grading.reports.class_page import FILE, render
from nomocks.grading.result import State
from nomocks.grading.reveal import Reveal
from nomocks.mutation.assignment import Assignment
from tests.reports.browsing import all_of, caught, first, sound, text_of, words

BOTH, ONE, NONE = ("twice", "nameless"), ("nameless",), ()


def read(students: list[Graded]) -> Element:
    """The page, which is sound."""
    return sound(render(iter(students), Reveal.COUNT))


def shown(students: list[Graded]) -> str:
    """All words of the page."""
    return text_of(first(read(students), "body"))


def students(assignment: Assignment, *sorts: tuple[int, tuple[str, ...]]) -> list[Graded]:
    """So many students for each of these selections of bugs that they caught."""
    found = []
    for number, bugs in sorts:
        result = caught(assignment, bugs)
        for _ in range(number):
            name = f"student {len(found):03}"
            found.append(Graded(name, Checked(assignment, (result,))))
    return found


def rows(root: Element, caption: str) -> list[list[str]]:
    """The words of a table, without its head."""
    for table in all_of(root, "table"):
        if text_of(first(table, "caption")).startswith(caption):
            return [words(row) for row in first(table, "tbody")]
    raise AssertionError(f"no table {caption}")


def test_the_page_of_every_sort_of_submission_is_sound(
    by_sort: dict[str, Graded], small_class: list[Graded]
) -> None:
    assert FILE == "class.html"
    read(small_class)
    read(list(by_sort.values()))
    for one in by_sort.values():
        read([one])


def test_a_class_of_nobody_has_a_page() -> None:
    assert "No submissions" in shown([])


def test_the_numbers_of_the_class(assignment: Assignment) -> None:
    text = shown(students(assignment, (3, BOTH), (1, ONE), (2, NONE)))
    assert "6students" in text
    assert "1.7mean of 3 points" in text  # (9 + 1 + 0) / 6
    assert "2median" in text  # of 0, 0, 1, 3, 3, 3
    assert "3with full marks" in text


def test_the_distribution_is_a_picture_and_a_table(assignment: Assignment) -> None:
    root = read(students(assignment, (3, BOTH), (1, ONE), (2, NONE)))
    expected = [["0", "2"], ["1", "1"], ["2", "0"], ["3", "3"]]
    assert rows(root, "How many students have how many points") == expected
    [chart] = all_of(root, "svg", "chart")
    assert "0 points: 2 students. 1 points: 1 student." in text_of(chart)
    heights = [float(bar.get("height", "")) for bar in all_of(chart, "rect")]
    assert heights == [100, 50, 0, 150]


def test_which_task_was_hard(assignment: Assignment) -> None:
    root = read(students(assignment, (3, BOTH), (1, ONE), (2, NONE)))
    # Shares of the points: 1, 1, 1, 1/3, 0, 0.
    assert rows(root, "Which task was hard, of 6 students") == [["Users", "", "56 %", "3", "0"]]


def test_which_bug_escaped_most_comes_first(assignment: Assignment) -> None:
    root = read(students(assignment, (3, BOTH), (2, ONE)))
    found = rows(root, "Which escaped most, of 5 answers")
    assert [row[:2] for row in found] == [
        ["Two users may have one email. Bug 1. Misconception: The form checks.", "2 of 5"],
        ["A user may have no name. Bug 2. Misconception: UNIQUE is enough.", "0 of 5"],
    ]


def test_the_discrimination_of_a_bug(assignment: Assignment) -> None:
    # Beside "twice", whoever caught it has 1 point of 1; of the 10 others, 5 have it. So
    # r = (1 - 0.5) / sqrt(0.75 * 0.25) * sqrt(0.5 * 0.5) = 0.577.
    root = read(students(assignment, (10, BOTH), (5, ONE), (5, NONE)))
    [most, least] = rows(root, "Which escaped most, of 20 answers")
    assert most[2].startswith("0.58 (0.18 to 0.81)")
    # With the two bugs alone, each is the rest of the other.
    assert least[2].startswith("0.58 (0.18 to 0.81)")
    assert "S. Henrysson" in text_of(root)


def test_a_bug_that_the_weaker_catch_is_pointed_out(assignment: Assignment) -> None:
    only = ("twice",)
    text = shown(students(assignment, (12, only), (12, ONE)))
    assert "-1.00" in text
    assert "Those with fewer points elsewhere did better here" in text


def test_nothing_is_said_of_the_discrimination_in_a_small_class(assignment: Assignment) -> None:
    root = read(students(assignment, (9, BOTH), (5, ONE), (5, NONE)))
    assert [len(row) for row in rows(root, "Which escaped most")] == [2, 2]
    assert "discrimination" not in words(all_of(root, "th"))


def test_who_has_no_mark_yet_is_listed_and_not_counted(small_class: list[Graded]) -> None:
    root = read(small_class)
    problems = {row.split(":")[0] for row in words(all_of(all_of(root, "ul")[1], "li"))}
    assert problems == {"dan", "eve", "fay"}
    text = text_of(root)
    assert "3to look at" in text
    assert "fay: " in text
    assert "is not a notebook that can be read" in text
    assert f"Which task was hard, of {len(small_class) - 3} students" in text


def test_errors_of_a_task_are_counted_and_shown(
    by_sort: dict[str, Graded], small_class: list[Graded]
) -> None:
    root = read(small_class)
    assert rows(root, "Which task was hard")[0][-1] == "1"
    table = {row[0]: row[1:] for row in rows(root, "By name.")}
    assert table[by_sort["no test"].student] == ["0", "no tests"]
    assert table[by_sort["not graded"].student] == ["open", "not graded"]
    assert table[by_sort["partial"].student] == ["1", "1"]


def test_the_reasons_why_tests_did_not_count_are_taken_together(
    by_sort: dict[str, Graded],
) -> None:
    invalid = by_sort["invalid"]
    [result] = invalid.results
    test = next(one for one in result.tests if one.reason)
    other = replace(test, reason=test.reason.replace("0", "7").replace("(line ", "(line 1"))
    tests = tuple(other if one is test else one for one in result.tests)
    again = replace(
        invalid, checked=replace(invalid.checked, results=(replace(result, tests=tests),))
    )
    [row] = rows(read([invalid, again, by_sort["full"]]), "The most frequent reasons")
    assert row[1:] == ["the schema as it is", "2"]
    assert "assert 0 == 1" in row[0]


def test_students_come_by_name_and_lead_to_their_pages(assignment: Assignment) -> None:
    [one] = students(assignment, (1, BOTH))
    names = ["eve", "Ann", "bob", "../../x", "<b>"]
    root = read([replace(one, student=name) for name in names])
    [table] = all_of(root, "table", "students")
    links = {text_of(link): link.get("href") for link in all_of(table, "a")}
    assert list(links) == ["../../x", "<b>", "Ann", "bob", "eve"]
    assert links == {name: page.FILE.replace("{student}", file_name(name)) for name in names}


def test_initials_lead_to_students_where_there_are_many(assignment: Assignment) -> None:
    [one] = students(assignment, (1, BOTH))
    many = [replace(one, student=f"{'abc'[n % 3]}{n:03}") for n in range(60)]
    [letters] = all_of(read(many), "ul", "letters")
    assert {text_of(a): a.get("href") for a in all_of(letters, "a")} == {
        "A": "#student-1",
        "B": "#student-21",
        "C": "#student-41",
    }
    assert not all_of(read(many[:5]), "ul", "letters")


def test_unsafe_submissions_are_counted_and_marked(assignment: Assignment) -> None:
    safe, unsafe = students(assignment, (2, BOTH))
    text = shown([safe, replace(unsafe, unsafe=True)])
    assert "1 submission was graded unsafe. Graded without a sandbox" in text
    assert "student 001 unsafe" in text
    assert "nsafe" not in shown([safe])


def test_points_by_hand_count_for_the_class_and_not_for_its_bugs(assignment: Assignment) -> None:
    [one] = students(assignment, (1, NONE))
    [result] = one.results
    by_hand = replace(one, checked=Checked(assignment, (replace(result, by_hand=2.5),)))
    root = read([by_hand])
    assert "2.5mean of 3 points" in text_of(root)
    assert rows(root, "How many students")[2] == ["2", "1"]
    assert [row[1] for row in rows(root, "Which escaped most")] == ["1 of 1", "1 of 1"]


def test_hostile_words_are_shown_as_text(by_sort: dict[str, Graded]) -> None:
    root = read([by_sort["hostile"], replace(by_sort["unreadable"], problem="<script>x</script>")])
    text = text_of(root)
    assert "<script>alert(1)</script>" in text
    assert "<script>x</script>" in text
    assert not {"\x1b", "\x00", "\u202e", "\ufffe"} & set(text)


def test_promises_are_told_as_promises(by_sort: dict[str, Graded]) -> None:
    root = read([by_sort["hostile answer"], by_sort["all promises"]])
    found = rows(root, "Which was broken most often, of 2 answers")
    assert [row[1] for row in found] == ["1 of 2"] * 6
    assert "Promise 1" in found[0][0]


def test_the_students_are_gone_through_once_and_forgotten(assignment: Assignment) -> None:
    seen: list[weakref.ref[Graded]] = []

    def one_by_one() -> Iterator[Graded]:
        for number in range(50):
            one = Graded(f"s{number}", Checked(assignment, (caught(assignment, BOTH),)))
            seen.append(weakref.ref(one))
            yield one
            del one
            gc.collect()
            assert sum(ref() is not None for ref in seen) <= 1

    assert "50students" in text_of(sound(render(one_by_one(), Reveal.DIFF)))


def test_a_student_of_another_state_does_not_stop_the_page(small_class: list[Graded]) -> None:
    for state in State:
        [result] = small_class[0].results
        odd = replace(result, state=state, message="So it is.", tests=(), mutants=())
        read([replace(small_class[0], checked=replace(small_class[0].checked, results=(odd,)))])


def test_who_handed_in_late_is_marked_and_counted(by_sort: dict[str, Graded]) -> None:
    late = replace(by_sort["partial"], late=True)
    page = read([by_sort["full"], late])
    assert rows(page, "By name")[1][0] == "bob late"
    assert "1handed in late" in words(all_of(page, "li"))
    assert "late" not in shown([by_sort["full"]])
