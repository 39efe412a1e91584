"""The page of one student, which a browser shows without a network; nothing in it executes."""

from dataclasses import dataclass

from nomocks.grading.graded import Graded
from nomocks.grading.grid import headline
from nomocks.grading.pages.picture import Picture, picture
from nomocks.grading.pages.rendering import count, rendered
from nomocks.grading.pages.telling import Entry, entries
from nomocks.grading.result import State, TaskResult
from nomocks.grading.reveal import Reveal
from nomocks.grading.standing import UNSAFE, is_open, standing
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.judging import TestVerdict, Verdict

FILE = "students/{student}.html"


@dataclass(frozen=True)
class Section:
    """A task as the page shows it."""

    id: str
    result: TaskResult
    picture: Picture | None
    entries: tuple[Entry, ...]

    @property
    def graded(self) -> bool:
        return self.result.state is State.GRADED

    @property
    def not_graded(self) -> bool:
        return self.result.state is State.NOT_GRADED

    @property
    def open(self) -> bool:
        return is_open(self.result)

    @property
    def state(self) -> str:
        return self.result.state.capitalize()

    @property
    def headline(self) -> str:
        return headline(self.result).removeprefix(f"{self.result.task.title}: ") + "."

    @property
    def mark(self) -> str:
        if self.graded or self.result.by_hand is not None:
            return f"{self.result.score} points"
        return str(self.result.state)

    @property
    def by_hand(self) -> str:
        if self.result.by_hand is None:
            return ""
        return f"These points were given by hand; the tests earned {self.result.earned}."

    @property
    def tone(self) -> str:
        if self.result.full:
            return "good"
        return "" if self.graded else "warn" if self.open else "bad"

    @property
    def share(self) -> float:
        """In percent."""
        return round(100 * self.result.points / self.result.most, 2) if self.result.most else 0

    @property
    def invalid(self) -> tuple[TestVerdict, ...]:
        return tuple(one for one in self.result.tests if one.verdict is Verdict.INVALID)

    @property
    def description(self) -> str:
        """The picture in words."""
        if self.picture is None:
            return ""
        words = f"{count(len(self.picture.lines), 'test')} on {len(self.picture.correct)} correct"
        words += f" variants and {count(len(self.picture.bugs), 'bug')}."
        caught = [one.label for one in self.picture.bugs if one.caught]
        past = [one.label for one in self.picture.bugs if not one.caught]
        words += f" Caught: {', '.join(caught) or 'none'}." if self.picture.bugs else ""
        return words + (f" Not caught: {', '.join(past)}." if past else "")


def render(graded: Graded, reveal: Reveal, when: str = "", where: str = "") -> str:
    """The page. ``when`` and ``where`` it was graded are told if they are given."""
    assignment = graded.checked.assignment
    sections = tuple(
        _section(number, one, reveal, assignment) for number, one in enumerate(graded.results, 1)
    )
    facts = [("handed in", _handed_in(graded)), ("graded", when), ("on", where)]
    return rendered(
        "page.html.j2",
        graded=graded,
        sections=sections,
        full=_full(graded),
        summary=_summary(graded),
        unsafe_note=UNSAFE,
        facts=[(name, value) for name, value in facts if value],
    )


def _section(number: int, result: TaskResult, reveal: Reveal, assignment: Assignment) -> Section:
    told = entries(result, reveal, assignment)
    return Section(f"task-{number}", result, picture(result, reveal), told)


def _handed_in(graded: Graded) -> str:
    return ", ".join([graded.submitted] * bool(graded.submitted) + ["late"] * graded.late)


def _full(graded: Graded) -> bool:
    known = standing(graded).points is not None
    return known and bool(graded.most) and graded.points >= graded.most


def _summary(graded: Graded) -> str:
    """The points, and where the others went."""
    if graded.problem:
        return "Not graded."
    results = graded.results
    past = sum(len(one.survivors) for one in results)
    broken = sum(one.verdict is Verdict.BROKEN for result in results for one in result.promises)
    waiting = sum(is_open(one) for one in results)
    errors = sum(one.state is not State.GRADED for one in results) - waiting
    parts = [
        f"{count(past, 'bug')} got past" if past else "",
        f"{count(broken, 'promise is', 'promises are')} broken" if broken else "",
        f"{count(errors, 'task')} ended in an error" if errors else "",
        f"{count(waiting, 'task has', 'tasks have')} no mark yet" if waiting else "",
    ]
    said = ", ".join(part for part in parts if part)
    if not said:
        good = ["no bug got past"] if any(one.mutants for one in results) else []
        good += ["every promise is kept"] if any(one.promises for one in results) else []
        said = ", and ".join(good)
    points = f"{graded.points:g} of {graded.most} points{' so far' if waiting else ''}."
    return f"{points} {said[:1].upper()}{said[1:]}{'.' if said else ''}".strip()
