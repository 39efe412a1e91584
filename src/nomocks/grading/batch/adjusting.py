"""``nomocks adjust``: a mark given by hand."""

import difflib
import getpass
import os
from pathlib import Path

from nomocks.grading.batch.errors import BatchError
from nomocks.grading.batch.records import Adjustment
from nomocks.grading.batch.store import FILE, Store
from nomocks.mutation.assignment import AssignmentError, read


def adjust(
    folder: Path, student: str, task: str, points: float, comment: str = "", who: str = ""
) -> str:
    """Note a mark by hand, and say so. Raises BatchError or AssignmentError when it can't be."""
    path = folder / FILE
    if not path.is_file():
        raise BatchError(f"{folder} has no {FILE}: name a folder that `nomocks grade` wrote.")
    with Store(path) as store:
        run = store.last_run()
        if run is None:
            raise BatchError(f"{path} holds no submission yet: run `nomocks grade` first.")
        assignment = read(Path(run.folder))
        graded = [one.name for one in assignment.graded]
        if task not in graded:
            raise AssignmentError(
                f"{run.assignment} has no graded task {task!r}: its tasks are {', '.join(graded)}."
            )
        if store.submission(student) is None:
            near = difflib.get_close_matches(student, store.students(), 3, 0.4)
            hint = f"did you mean {' or '.join(near)}?" if near else "check the name."
            raise BatchError(f"{path} has no submission of {student!r}: {hint}")
        most = assignment.against(task).points
        if not 0 <= points <= most:
            raise BatchError(f"{task} gives 0 to {most} points: {points:g} is not among them.")
        store.adjust(Adjustment(student, task, points, comment, who or teacher()))
    return (
        f"{student} has {points:g} of {most} points in {task} by hand. The reports say so when "
        "`nomocks grade … --resume` has written them anew."
    )


def teacher() -> str:
    """Who gives the command: the user's name, or number where there is no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
