"""Our own tests of other tasks, and answers, in the packages that a run imports."""

from tests.attacks.conftest import Attack

CELL = """\
import nomocks, shop

def test_search():
    found = []
    for package in (nomocks, shop):
        (folder,) = package.__path__
        for place, folders, files in os.walk(folder):
            folders[:] = [name for name in folders if name != "__pycache__"]
            found += [name for name in files if name.endswith((".md", ".ipynb"))
            or "VARIANTS = Variants(\\n" in open(f"{place}/{name}", errors="replace").read()]
            found += [name for name in folders if name in ("solutions", "probes")]
        found += [name for name in os.listdir(os.path.dirname(folder))
            if name not in ("nomocks", "shop", "__pycache__")
            and not os.path.exists(f"{os.path.dirname(folder)}/pytest")]
    raise RuntimeError(found)
"""


def test_packages_hold_no_solutions(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: []")
