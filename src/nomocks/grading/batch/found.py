"""Submissions, found in whatever a teacher has in hand: a notebook, a folder, a zip, zips.

A folder of notebooks or of students' folders, nbgrader's course folder, and what ``layouts`` knows.
"""

import contextlib
import hashlib
import os
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from nomocks.grading.batch import folders
from nomocks.grading.batch.archives import members
from nomocks.grading.batch.choosing import Choice, chosen
from nomocks.grading.batch.entries import ARCHIVE, NOTEBOOK, Entry
from nomocks.grading.batch.layouts import Sender, of_platform, sender, submitters
from nomocks.grading.batch.metadata import NAME as METADATA
from nomocks.grading.batch.namesakes import NOBODY, told_apart
from nomocks.grading.inert import one_line
from nomocks.grading.intake import IntakeError, descriptor_of

SUBMITTED = "submitted"  # nbgrader's folder
COLLECTED = {"archive", "extracted"}  # those of its zip_collect, which hold the same twice
LONGEST_NAME = 100  # characters
MOST_EXPORTS = 50  # archives that a platform gave out, read together


@dataclass(frozen=True)
class Found:
    """A student's submission: the cells of the notebook to grade, or the problem with it.

    ``student`` is text for people, in one line, and no other's. ``late``, ``id`` and ``submitted``
    are what the platform says: whether it came late, its name and by what its table of marks knows
    the student, as in ``moodle:4711`` (``name:ada`` of a file or a folder that names the student),
    and when it was handed in.
    """

    student: str
    path: Path  # of the file on the disk
    cells: dict[str, str]
    problem: str = ""
    late: bool = False
    id: str = ""
    submitted: str = ""


def find(source: Path, slug: str, known: Mapping[str, str] = NOBODY) -> list[Found]:
    """The submissions for an assignment, one for each student, in the order of their names.

    ``known`` has the id of each student of whom results are kept: they keep the name that they
    have there, and nobody else gets it. Raises IntakeError when there is nothing to be found, or
    the source can't be read.
    """
    with contextlib.ExitStack() as stack:
        entries, in_folders = _entries(source, slug, stack)
        groups = _by_student(entries, slug)
        found = [_found(chosen(sent, slug, in_folders)) for sent in groups]
    if not found:
        raise IntakeError(
            f"{one_line(str(source))} holds no notebook for {slug}: point at the folder, or at the "
            "zip, with what students have handed in."
        )
    found.sort(key=lambda one: (one.student, one.id, str(one.path)))
    names = told_apart([(one.student, one.id) for one in found], known)
    named = [replace(one, student=name) for one, name in zip(found, names, strict=True)]
    return sorted(named, key=lambda one: one.student)


def _entries(source: Path, slug: str, stack: contextlib.ExitStack) -> tuple[list[Entry], bool]:
    """All files, and whether they are in nbgrader's folders, one a student and assignment."""
    if source.is_dir():
        start = source
        while below := _start(folders.names(start), partial(folders.names, start), slug):
            start = start / below
            if below == SUBMITTED:
                break
        entries = _checkout(folders.walk(start), source.name, slug)
        downloaded = all(of_platform(one.parts[0]) for one in entries)
        in_folders = SUBMITTED in (start.name, source.name) and not downloaded
        return _exported(entries, slug, stack), in_folders
    if source.suffix.lower() == ARCHIVE:
        inside = stack.enter_context(members(_opened(source), source, one_line(source.name)))
        return _inner(_checkout(inside, source.stem, slug), slug)
    os.close(_opened(source))
    return [Entry((source.name,), source, descriptor=partial(_opened, source))], False


def _opened(source: Path) -> int:
    name = one_line(str(source))
    try:
        return descriptor_of(source)
    except FileNotFoundError:
        raise IntakeError(f"There is no file {name}: check the name.") from None
    except OSError as error:
        raise IntakeError(
            f"{name} can't be read ({error.strerror}): point at a folder, a zip, or a notebook."
        ) from None


def _checkout(entries: list[Entry], name: str, slug: str) -> list[Entry]:
    """The entries, under the name of what is pointed at, if that is one student's own checkout."""
    if any(one.parts[:2] == ("exercises", slug) for one in entries):
        return [replace(one, parts=(name, *one.parts)) for one in entries]
    return entries


def _start(tops: Sequence[str], names: Callable[[str], Sequence[str]], slug: str) -> str:
    """The folder to begin in, if that is not the one that is pointed at."""
    for top in (SUBMITTED, slug):
        if top in tops and names(top):
            return top
    if set(tops) <= COLLECTED:
        return min(tops, default="")
    if len(tops) == 1 and not of_platform(tops[0]) and any(map(of_platform, names(tops[0]))):
        return tops[0]
    return ""


def _inner(entries: list[Entry], slug: str) -> tuple[list[Entry], bool]:
    """The entries of an archive, from where the students' begin."""
    below: dict[str, set[str]] = {}
    for one in entries:
        below.setdefault(one.parts[0], set()).update(one.parts[1:2])
    start = _start(sorted(below), lambda top: sorted(below[top]), slug)
    if not start:
        return entries, False
    inner = [one for one in entries if one.parts[0] == start and len(one.parts) > 1]
    inner = [replace(one, parts=one.parts[1:]) for one in inner]
    return (inner, True) if start == SUBMITTED else _inner(inner, slug)


def _exported(entries: list[Entry], slug: str, stack: contextlib.ExitStack) -> list[Entry]:
    """What is in the archives of a folder that holds nothing but what platforms gave out.

    One that a student has handed in is never taken for such a one: it is alone among others, or
    the student's own, whatever it says.
    """
    archives = [one for one in entries if len(one.parts) == 1 and one.ends(ARCHIVE)]
    others = [one for one in entries if one.is_folder or one.ends(NOTEBOOK)]
    if others or not archives or len(archives) > MOST_EXPORTS:
        return entries
    exported: list[Entry] = []
    for one in archives:
        if of_platform(one.parts[0]) or one.descriptor is None:
            return entries
        try:
            inside = stack.enter_context(members(one.descriptor(), one.path, one.name))
        except IntakeError:
            return entries
        inner, _ = _inner(inside, slug)
        tops = {entry.parts[0] for entry in inner}
        if METADATA not in tops and not (tops and all(map(of_platform, tops))):
            return entries
        exported += inner
    return exported


def _by_student(entries: list[Entry], slug: str) -> list[list[tuple[Sender, Entry]]]:
    """The entries of each student; of a group, for each of its students."""
    whose = _submitters(entries)
    within = {one.parts[0] for one in entries if len(one.parts) > 1}
    loose = any(len(one.parts) == 1 and one.ends(NOTEBOOK) for one in entries)
    groups: dict[str, list[tuple[Sender, Entry]]] = {}
    for one in entries:
        top = one.parts[0]
        is_folder = top in within or one.is_folder
        by_name = sender(top, is_folder, slug)
        for whom in whose.get(top) or ([by_name] if by_name else ()):
            if whom.platform or is_folder or one.problem or one.ends(NOTEBOOK) or one.ends(ARCHIVE):
                groups.setdefault(whom.key, []).append((whom, one))
    return [
        sent
        for sent in groups.values()
        # Beside notebooks, a folder with none is nobody's.
        if not loose
        or sent[0][0].platform
        or any(not one.is_folder or one.ends(NOTEBOOK) for _, one in sent)
    ]


def _submitters(entries: list[Entry]) -> dict[str, tuple[Sender, ...]]:
    found: dict[str, tuple[Sender, ...]] = {}
    for one in entries:
        if one.parts == (METADATA,) and not one.problem:
            with contextlib.suppress(IntakeError):
                found |= submitters(one.read())
    return found


def _found(choice: Choice) -> Found:
    whom = choice.sender
    name = unicodedata.normalize("NFC", one_line(whom.student, LONGEST_NAME))
    return Found(
        student=name.replace("/", "_").replace("\\", "_").lstrip(". ") or "unnamed",
        path=choice.path,
        cells=choice.cells,
        problem=one_line(choice.problem),
        late=whom.late,
        id=_id(whom.id),
        submitted=whom.submitted,
    )


def _id(given: str) -> str:
    """The id as text for people, if it is one; no other's in any case."""
    shown = one_line(given, LONGEST_NAME)
    if shown == given:
        return given
    digest = hashlib.sha256(given.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{given.partition(':')[0]}:{digest}"
