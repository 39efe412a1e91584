"""What became of each attack that the tests try, as the tests tell it: a row for each file.

These are no figures: nothing is compared, and the seconds only tell that an attack was stopped.
"""

import ast
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from xml.etree import ElementTree

from benchmarks.figures import RESULTS, rounded

ROOT = Path(__file__).parent.parent
FOLDER = "tests/attacks"
FILE = "attacks.json"
HELD, SKIPPED, FAILED = "held", "not tried", "did not hold"


@dataclass(frozen=True)
class Attack:
    """A file of attacks, and what came of its ``cases``, which took so many seconds together.

    ``states`` are those of the hostile submissions, ``points`` the most that one of them earned,
    and ``neighbors`` what was found of those beside them; all three only where a test notes it.
    """

    attack: str
    kind: str
    file: str
    cases: int
    outcome: str
    states: tuple[str, ...]
    points: float | None
    neighbors: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Case:
    """One test of a file."""

    outcome: str
    seconds: float
    notes: dict[str, list[str]]


def publish(folder: Path = RESULTS, tests: Sequence[str] = (FOLDER,)) -> Path:
    """Try all attacks, write what became of them, and return the file.

    Raises RuntimeError, with what pytest printed, when they could not be tried.
    """
    with tempfile.TemporaryDirectory() as temporary:
        told = Path(temporary, "attacks.xml")
        command = [sys.executable, "-m", "pytest", "-q", "-n", "logical"]
        command += ["-o", "junit_family=xunit1"]  # the other one knows no properties
        done = subprocess.run(
            [*command, f"--junitxml={told}", *tests], cwd=ROOT, capture_output=True, text=True
        )
        if done.returncode not in (0, 1):
            raise RuntimeError(f"{done.stdout}{done.stderr}")
        return write_attacks(attacks(told), folder)


def write_attacks(rows: Iterable[Attack], folder: Path = RESULTS) -> Path:
    """Write the attacks, each in a line, and return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    lines = ",\n".join(json.dumps(asdict(each), ensure_ascii=False) for each in rows)
    path.write_text(f"[\n{lines}\n]\n", "utf-8")
    return path


def attacks(told: Path) -> list[Attack]:
    """The attacks of a report in JUnit's format, by kind and name; other tests may be in it."""
    cases: defaultdict[str, list[Case]] = defaultdict(list)
    for element in ElementTree.parse(told).iter("testcase"):
        file = element.get("file", "")
        if file.startswith(f"{FOLDER}/"):
            cases[file].append(_case(element))
    return [_attack(Path(file), cases[file]) for file in sorted(cases)]


def read_attacks(folder: Path = RESULTS) -> list[Attack]:
    """The attacks as they were published. Raises ValueError if a row lacks a field."""
    rows = json.loads((folder / FILE).read_text("utf-8"))
    try:
        return [
            Attack(**row | {"states": tuple(row["states"]), "neighbors": tuple(row["neighbors"])})
            for row in rows
        ]
    except (KeyError, TypeError) as error:
        raise ValueError(f"{FILE} holds no list of attacks: {error}") from None


def _attack(file: Path, cases: Sequence[Case]) -> Attack:
    points = [float(each) for each in _noted(cases, "points")]
    return Attack(
        attack=_title(ROOT / file),
        kind=file.parent.name,
        file=str(file),
        cases=len(cases),
        outcome=max((case.outcome for case in cases), key=(HELD, SKIPPED, FAILED).index),
        states=tuple(sorted(set(_noted(cases, "state")))),
        points=max(points) if points else None,
        neighbors=tuple(sorted(set(_noted(cases, "neighbor")))),
        seconds=rounded(sum(case.seconds for case in cases)),
    )


def _case(element: ElementTree.Element) -> Case:
    notes: defaultdict[str, list[str]] = defaultdict(list)
    for each in element.iterfind("properties/property"):
        notes[each.get("name", "")].append(each.get("value", ""))
    tags = {child.tag for child in element}
    outcome = FAILED if tags & {"failure", "error"} else SKIPPED if "skipped" in tags else HELD
    return Case(outcome, float(element.get("time", "0")), dict(notes))


def _noted(cases: Iterable[Case], name: str) -> Iterable[str]:
    return (value for case in cases for value in case.notes.get(name, ()))


def _title(file: Path) -> str:
    """The first sentences of its docstring, up to the first empty line."""
    docstring = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or file.stem
    return " ".join(docstring.partition("\n\n")[0].split())
