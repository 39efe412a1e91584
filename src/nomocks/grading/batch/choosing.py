"""The one notebook of a student that is graded, of all that the student has handed in."""

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from nomocks.grading.batch.archives import members
from nomocks.grading.batch.entries import ARCHIVE, NOTEBOOK, Entry
from nomocks.grading.batch.layouts import Sender
from nomocks.grading.intake import LARGEST, IntakeError, Submission, submission

MOST_NOTEBOOKS = 10  # of a student, that are looked into
MOST_BYTES = 2 * LARGEST  # of them, after which no further one is read
MOST_ARCHIVES = 3
TIMESTAMP = "timestamp.txt"  # nbgrader's
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T][\d:.]{5,20}( ?[\w+:/-]{1,30})?", re.ASCII)


@dataclass(frozen=True)
class Choice:
    """A notebook's cells, or why there is none; ``sender`` as its own name says."""

    sender: Sender
    path: Path
    cells: dict[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class _Read:
    entry: Entry
    sender: Sender
    content: Submission | None
    problem: str = ""
    size: int = 0  # bytes read


def chosen(sent: Sequence[tuple[Sender, Entry]], slug: str, in_folder: bool) -> Choice:
    """What to grade of a student. ``in_folder``: only what is in a folder of the assignment."""
    sender, first = sent[0]
    with contextlib.ExitStack() as stack:
        said: list[str] = []
        files = [one for pair in _newest(sent) for one in _unpacked(*pair, stack, said)]
        within = [pair for pair in files if _is_within(pair[1], slug, in_folder)]
        if within or in_folder:
            files = within
        notebooks = [pair for pair in files if pair[1].ends(NOTEBOOK)]
        if not notebooks:
            return Choice(sender, first.path, problem=_none(sender, files, said, slug, in_folder))
        if len(notebooks) > MOST_NOTEBOOKS:
            problem = (
                f"There are more than {MOST_NOTEBOOKS} notebooks of {sender.student}, such as "
                f"{notebooks[0][1].name}: keep the one to be graded."
            )
            return Choice(sender, first.path, problem=problem)
        one = _of_assignment(_all_read(notebooks), slug)
        sender = replace(one.sender, submitted=one.sender.submitted or _moment(files))
        cells = one.content.cells if one.content and not one.problem else {}
        return Choice(sender, one.entry.path, cells, one.problem)


def _is_within(entry: Entry, slug: str, in_folder: bool) -> bool:
    """Whether it is in a folder of the assignment, or is why there is none."""
    return slug in entry.parts[1:] or (in_folder and entry.parts[1:] == () and entry.problem != "")


def _newest(sent: Sequence[tuple[Sender, Entry]]) -> list[tuple[Sender, Entry]]:
    """Without those that a later attempt replaces."""
    last: dict[str, tuple[int, ...]] = {}
    for sender, entry in sent:
        if entry.ends(NOTEBOOK) or entry.ends(ARCHIVE):
            last[sender.series] = max(last.get(sender.series, ()), sender.turn)
    return [
        (sender, entry)
        for sender, entry in sent
        if sender.turn == last.get(sender.series, sender.turn)
    ]


def _unpacked(
    sender: Sender, entry: Entry, stack: contextlib.ExitStack, said: list[str]
) -> list[tuple[Sender, Entry]]:
    """The entry, or what is in it, if it is an archive in a folder."""
    if entry.is_folder:
        return []
    if entry.descriptor is None or not entry.ends(ARCHIVE):
        return [(sender, entry)]
    try:
        if len(said) >= MOST_ARCHIVES:
            raise IntakeError(f"There are more than {MOST_ARCHIVES} archives: unpack them.")
        inside = stack.enter_context(members(entry.descriptor(), entry.path, entry.name))
    except IntakeError as error:
        said.append(str(error))
        return []
    said.append(f"{entry.name} holds no notebook: ask for the file exercise.ipynb.")
    return [(sender, replace(one, parts=(*entry.parts, *one.parts))) for one in inside]


def _none(
    sender: Sender,
    files: list[tuple[Sender, Entry]],
    said: list[str],
    slug: str,
    in_folder: bool,
) -> str:
    """Why a student has no notebook, in a sentence."""
    for _, entry in files:
        if entry.problem:
            return entry.complaint
        if entry.ends(ARCHIVE):
            return (
                f"{entry.name} is an archive within an archive, which is not opened: unpack what "
                "you have downloaded, and point at the folder."
            )
    if said:
        return said[0]
    if in_folder:
        return f"{sender.student} has handed in nothing for {slug}."
    return f"{sender.student} has handed in no notebook: ask for the file exercise.ipynb."


def _all_read(notebooks: Sequence[tuple[Sender, Entry]]) -> list[_Read]:
    found: list[_Read] = []
    for sender, entry in notebooks:
        if sum(one.size for one in found) > MOST_BYTES:
            problem = f"The notebooks of {sender.student} are too large: keep the one to be graded."
            return [_Read(entry, sender, None, problem)]
        found.append(_read(sender, entry))
    return found


def _read(sender: Sender, entry: Entry) -> _Read:
    if entry.problem:
        return _Read(entry, sender, None, entry.complaint)
    size = LARGEST  # unless it is known to be less
    try:
        content = entry.read()
        size = len(content)
        return _Read(entry, sender, submission(content, entry.path, entry.name), "", size)
    except IntakeError as error:
        return _Read(entry, sender, None, str(error), size)


def _of_assignment(found: list[_Read], slug: str) -> _Read:
    """The one of this assignment: that says so, or else says nothing."""
    for named in (slug, None):
        fitting = [one for one in found if one.content and one.content.assignment == named]
        if not fitting:
            continue
        first, *others = fitting
        for other in others:
            if other.content and first.content and other.content.cells != first.content.cells:
                return replace(
                    first,
                    problem=f"{first.entry.name} and {other.entry.name} are both of this student: "
                    "keep the one to be graded.",
                )
        return first
    first = next((one for one in found if one.problem), found[0])
    if first.content:
        return replace(
            first,
            problem=f"{first.entry.name} is of another assignment, {first.content.assignment}: "
            f"ask for that of {slug}.",
        )
    return first


def _moment(files: list[tuple[Sender, Entry]]) -> str:
    """When it was handed in, as nbgrader has written it."""
    for _, entry in files:
        if entry.ends(TIMESTAMP) and not entry.problem:
            with contextlib.suppress(IntakeError):
                text = entry.read()[:100].decode("ascii", "replace").strip()
                return text if _MOMENT.fullmatch(text) else ""
    return ""
