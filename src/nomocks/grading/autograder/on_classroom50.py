"""Grades one submission on Classroom 50, where this file is called ``autograder.py``.

It is started in the student's checkout, and leaves a result there. The exit code is 0 when it has
graded, whatever the score is, and 1 when it could not; the runner then says so itself. It needs
nothing but Python: what grades is in ``course.zip``, beside it. A runner of your own may have it
installed before: name that ``nomocks`` in NOMOCKS_COMMAND.
"""

import json
import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

RESULT = "result.json"
ON_GITHUB = {"GITHUB_ACTIONS": "true", "RUNNER_ENVIRONMENT": "github-hosted"}


def main() -> int:
    """Grade the checkout that this is started in."""
    here, checkout = Path(__file__).parent, Path.cwd()
    settings = json.loads((here / "settings.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="nomocks-") as name:
        folder = Path(name)
        with zipfile.ZipFile(here / "course.zip") as course:
            course.extractall(folder / "course")
        command = os.environ.get("NOMOCKS_COMMAND") or _installed(folder)
        _allow_walls()
        done = subprocess.run(
            [
                *(command, "grade", _submission(checkout, settings["assignment"])),
                *("--assignment", settings["assignment"]),
                *("--solutions", folder / "course" / "solutions", "--into", folder / "graded"),
                *("--format", "classroom50", "--reveal", settings["reveal"]),
            ],
            cwd=folder,  # so that nothing in the checkout is taken for a part of the tools
            check=False,
        )
        results = sorted((folder / "graded").glob("students/*.classroom50.json"))
        if len(results) != 1:
            return _failed(
                f"nomocks grade ended with {done.returncode} and {len(results)} results, not one: "
                "its words are above. Hand in one notebook, the released one."
            )
        text = results[0].read_text(encoding="utf-8")
    result = json.loads(text)
    if not result.get("max-score"):
        return _failed(result.get("error", "Nothing in this assignment gives points."))
    (checkout / RESULT).write_text(text, encoding="utf-8")
    return 0


def _submission(checkout: Path, slug: str) -> Path:
    """The notebook where it was released, or the only one; or else the whole checkout."""
    released = [checkout / "exercise.ipynb", checkout / "exercises" / slug / "exercise.ipynb"]
    if found := [path for path in released if path.is_file()]:
        return found[0]
    inside = [path.relative_to(checkout) for path in checkout.rglob("*.ipynb")]
    shown = [path for path in inside if not any(part.startswith(".") for part in path.parts)]
    return checkout / shown[0] if len(shown) == 1 else checkout


def _installed(folder: Path) -> Path:
    """The command, installed into an environment of its own, with what the lock file names."""
    venv.create(folder / "environment", with_pip=True)
    commands, course = folder / "environment" / "bin", folder / "course"
    pip = [str(commands / "python"), "-m", "pip", "install", "--quiet"]
    locked = ["--no-deps", "--require-hashes", "--requirement", str(course / "requirements.lock")]
    subprocess.run([*pip, *locked], check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", str(course)], check=True)
    return commands / "nomocks"


def _allow_walls() -> None:
    """Ubuntu's AppArmor denies what bubblewrap needs; GitHub's machines are thrown away."""
    if all(os.environ.get(name) == value for name, value in ON_GITHUB.items()):
        setting = "kernel.apparmor_restrict_unprivileged_userns=0"
        subprocess.run(["sudo", "-n", "sysctl", "-q", "-w", setting], check=False)


def _failed(reason: str) -> int:
    print(f"::error::{' '.join(reason.split())}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
