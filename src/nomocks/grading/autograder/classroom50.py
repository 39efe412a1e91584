"""The folder that makes Classroom 50 grade an assignment
(github.com/foundation50/classroom50, wiki: Advanced Autograding, "Writing an autograder.py").

It lies in the classroom's folder of the teacher's repository, ``autograders/SLUG``, and is made
available as a whole to the run of each submission: the script that is started there, which is
``on_classroom50`` as it is, the course to grade with, and the settings of the machine, for
``gh teacher assignment add --runtime``.
"""

import json
from pathlib import Path

from nomocks.grading.autograder.packing import course_files, zipped
from nomocks.grading.reveal import Reveal

# What the runner sets up before; the tools are tested on this Python.
RUNTIME = {"runs-on": "ubuntu-latest", "python": "3.11", "apt": ["bubblewrap", "libseccomp2"]}


def autograder_files(
    slug: str,
    reveal: Reveal = Reveal.HINT,
    course: Path | None = None,
    solutions: Path | None = None,
) -> dict[str, bytes]:
    """The files of the folder. Raises AssignmentError when there is no such assignment or clone."""
    settings = {"assignment": slug, "reveal": reveal.value}
    return {
        "autograder.py": Path(__file__).with_name("on_classroom50.py").read_bytes(),
        "course.zip": zipped(course_files(slug, course, solutions)),
        "settings.json": json.dumps(settings).encode(),
        "runtime.json": json.dumps(RUNTIME).encode(),
    }


def to_classroom50(classroom: Path, slug: str, reveal: Reveal, course: Path) -> list[str]:
    """Write the folder; what to tell the teacher. Raises AssignmentError, or OSError."""
    folder = classroom / "autograders" / slug
    files = autograder_files(slug, reveal, course)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [
        f"{folder} written: commit it, and give {folder / 'runtime.json'} to "
        f"gh teacher assignment add … {slug} --runtime.",
        "Classroom 50 runs it in your students' repositories, which can read it, planted bugs and "
        "all: take its points for practice, and grade their checkouts by nomocks grade for marks.",
    ]
