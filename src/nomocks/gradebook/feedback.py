"""The pages that students get back, which nbgrader itself makes."""

import shutil
import subprocess
import sys
from collections.abc import Sequence

from nomocks.gradebook.courses import Course


def write_feedback(course: Course, slug: str, students: Sequence[str]) -> list[str]:
    """Make the pages of these students anew, and of whoever has none; one sentence if any fail."""
    for student in students:
        shutil.rmtree(course.feedback(student, slug), ignore_errors=True)
    # In a process of its own, as nbgrader configures logging and event loops for all of it.
    command = [sys.executable, "-P", "-m", "nbgrader", "generate_feedback", slug]
    done = subprocess.run(command, cwd=course.root, capture_output=True, text=True, check=False)
    missing = [one for one in students if not course.feedback(one, slug).is_dir()]
    if done.returncode == 0 and not missing:
        return []
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    reason = f" ({lines[-1].strip()})" if lines else ""
    return [
        f"nbgrader made no feedback on {slug} for {', '.join(missing) or 'some students'}{reason}: "
        f"run nbgrader generate_feedback {slug} --force in {course.root}."
    ]
