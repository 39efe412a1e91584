"""A hostile submission beside an honest one, which must be found as if it were alone."""

from pathlib import Path

from nomocks.grading.batch.found import Found, find
from tests.batch.handed_in import SLUG, Content, by, tree, zipped


def beside_ada(folder: Path) -> Found:
    """What is found of mallory in a folder, where ada has handed in her own."""
    tree(folder, {"ada.ipynb": by("ada")})
    found = {one.student: one for one in find(folder, SLUG)}
    assert found.pop("ada").cells == {"users": "# ada"}
    (mallory,) = found.values()
    assert "\n" not in mallory.problem
    assert len(mallory.problem) < 2_100
    return mallory


def handed_in(folder: Path, notebook: Content) -> Found:
    """What is found of mallory's notebook, the same in a folder and in a zip."""
    plain = beside_ada(tree(folder / "plain", {"mallory.ipynb": notebook}))
    packed = beside_ada(zipped(folder / "packed/mallory.zip", {"mallory.ipynb": notebook}).parent)
    assert packed.cells == plain.cells
    assert bool(packed.problem) == bool(plain.problem)
    return plain
