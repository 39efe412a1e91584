"""An assignment in a course of nbgrader's: its source, and the settings that release it as we do.

What nbgrader's own autograder can't protect from: it runs a student's cells in the kernel that the
check cells run in afterwards, with the rights of whoever started it. A student's cell can give
``check`` another meaning and earn every point, and read what the grader may read, the solutions
included. So ``nbgrader autograde`` is for one's own notebook; a class is graded by
``nomocks grade``.
"""

from pathlib import Path

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import ClearSolutions

from nomocks.authoring.converting import as_text, write_or_compare
from nomocks.authoring.lint import problems
from nomocks.authoring.release import STUB, ReleaseError, slugs_of, source_notebook, with_starts
from nomocks.mutation.assignment import Assignment, load, read

NOTEBOOK = "exercise"
CONFIG = "nbgrader_config.py"
SETTINGS = """\
from nomocks.authoring.course import release_steps

c.GenerateAssignment.preprocessors = release_steps()
"""


class ClearTaskSolutions(ClearSolutions):  # type: ignore[misc]
    """nbgrader's own step; what it leaves of our assignments is what our students start with."""

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Clear one notebook. Raises AssignmentError if it names an assignment that isn't there."""
        slug = nb.metadata.get("nomocks", {}).get("assignment")
        if isinstance(slug, str):
            return cleared(nb, load(slug, Path.cwd())), resources
        done: tuple[NotebookNode, ResourcesDict] = super().preprocess(nb, resources)
        return done


def cleared(notebook: NotebookNode, assignment: Assignment) -> NotebookNode:
    """The notebook without its solutions."""
    notebook, _ = ClearSolutions(code_stub={"python": STUB}).preprocess(notebook, {})
    with_starts(notebook, assignment)
    return notebook


def release_steps() -> list[type]:
    """The steps of ``nbgrader generate_assignment``, with ours for the solutions."""
    steps: list[type] = GenerateAssignment.class_traits()["preprocessors"].default()
    return [ClearTaskSolutions if step is ClearSolutions else step for step in steps]


def to_course(
    solutions: Path, course: Path, slug: str | None = None, force: bool = False
) -> list[str]:
    """Write the source of one assignment, or of all, into a course; what to tell the teacher.

    A course that has settings of its own keeps them, and a source that a teacher may have changed
    stays, unless ``force`` says otherwise. Raises ReleaseError when an assignment is not fit to be
    released, or nothing can be written, AssignmentError when an assignment can't be read.
    """
    sources = {name: _source(solutions / name) for name in slugs_of(solutions, slug)}
    told = []
    try:
        for name, text in sources.items():
            told += _put(course / "source" / name / f"{NOTEBOOK}.ipynb", text, name, force)
        return told + _settings(course / CONFIG)
    except OSError as error:
        raise ReleaseError(f"{course} can't be written ({error.strerror}).") from None


def _source(folder: Path) -> str:
    assignment = read(folder)
    if wrong := list(problems(assignment)):
        raise ReleaseError("\n".join(wrong))
    return as_text(source_notebook(assignment), assignment.slug)


def _put(path: Path, text: str, name: str, force: bool) -> list[str]:
    kept = path.exists() and not force
    if write_or_compare(path, text, compare=kept):
        return []
    if kept:
        return [f"{path} is another text, and stays: add --force to write it anew."]
    return [f"{path} written: now run nbgrader generate_assignment {name} --force."]


def _settings(path: Path) -> list[str]:
    if not path.exists():
        path.write_text(f"c = get_config()\n\n{SETTINGS}", encoding="utf-8")
        return [f"{path} written."]
    if "release_steps" in path.read_text(encoding="utf-8"):
        return []
    lines = "".join(f"\n    {line}" for line in SETTINGS.splitlines() if line)
    return [f"{path} is yours, so nothing was changed there; add to it:{lines}"]
