"""The solutions and the variants of the assignment, wherever they lie."""

from nomocks.mutation.assignment import Assignment
from tests.attacks.conftest import Attack

CELL = """\
NAMED = {"variants.py", "exercise.md", "gradebook.db", "solutions", "submitted", "instructor"}

def test_search():
    found = []
    for folder, folders, files in os.walk("/"):
        if folder in ("/usr", "/proc", "/dev") or folder.endswith("/site-packages"):
            folders.clear()
        if not folder.endswith("/nomocks/mutation"):  # the module that variants are written with
            found += [f"{folder}/{name}" for name in (*folders, *files) if name in NAMED]
    for path in PATHS:
        try:
            found.append(open(path).read())
        except OSError:
            pass
        if os.path.exists(os.path.dirname(path)):
            found += os.listdir(os.path.dirname(path))
    raise RuntimeError(found)
"""


def test_they_are_not_within_the_walls(attack: Attack, course: Assignment) -> None:
    paths = [str(course.folder / name) for name in ("variants.py", "exercise.md")]
    (test,) = attack(f"PATHS = {paths}\n{CELL}").tests
    assert test.reason.startswith("RuntimeError: []")
