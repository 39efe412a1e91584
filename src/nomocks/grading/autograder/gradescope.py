"""The zip that makes Gradescope grade an assignment
(gradescope-autograders.readthedocs.io/en/latest/specs).

It holds ``setup.sh``, which Gradescope runs once, ``run_autograder``, which it runs for each
submission, and all that these need.
"""

import json
from pathlib import Path
from string import Template

from nomocks.grading.autograder.packing import READABLE, RUNNABLE, course_files, zipped
from nomocks.grading.reveal import Reveal

NOT_GRADED = (
    "This submission could not be graded, and has no points yet. Hand in one notebook: the "
    "released one, with your tests in it. If you did, it is not your fault: tell your teacher."
)
_FOLDER = Path(__file__).parent


def autograder_zip(
    slug: str,
    reveal: Reveal = Reveal.HINT,
    course: Path | None = None,
    solutions: Path | None = None,
) -> bytes:
    """The zip for one assignment, from a clone of the course: this one unless given.

    Raises AssignmentError when there is no such assignment, or no such clone.
    """
    script = Template((_FOLDER / "run_autograder.sh").read_text(encoding="utf-8"))
    result = {"output": NOT_GRADED, "output_format": "text", "tests": []}
    return zipped(
        [
            ("setup.sh", (_FOLDER / "setup.sh").read_bytes(), RUNNABLE),
            ("run_autograder", script.substitute(slug=slug, reveal=reveal).encode(), RUNNABLE),
            ("not_graded.json", json.dumps(result).encode(), READABLE),
            *course_files(slug, course, solutions),
        ]
    )


def to_gradescope(
    path: Path, slug: str, reveal: Reveal, course: Path, solutions: Path | None = None
) -> list[str]:
    """Write the zip; what to tell the teacher. Raises AssignmentError, or OSError."""
    path.write_bytes(autograder_zip(slug, reveal, course, solutions))
    return [
        f"{path} written: upload it in the assignment on Gradescope, Configure Autograder.",
        "Its setup log ends with what `nomocks doctor` says there: without a sandbox nothing is "
        "graded.",
    ]
