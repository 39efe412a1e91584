"""Which line of yours sent a statement: the nearest one, and the test's, also across a greenlet."""

import re
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FrameType

import greenlet  # type: ignore[import-untyped]

TOOLKIT = Path(__file__).parents[1]
SHOP = TOOLKIT.with_name("shop")  # the code under test, also where both are installed as libraries
LIBRARIES = tuple({sysconfig.get_path(kind) for kind in ("stdlib", "purelib", "platlib")})
NOTEBOOK = re.compile(r"(^|/)(cell_\d+\.py|<ipython-input.*>|ipykernel_\d+/\d+\.py)$")
TEST_FILE = re.compile(r"(^|/)(test_[^/]*|[^/]*_test|conftest)\.py$")


@dataclass(frozen=True)
class Line:
    """A line of code: where it is, which function it is in, and whether that is a test's."""

    file: str
    number: int
    function: str
    in_test: bool

    def __str__(self) -> str:
        return f"{self.file}:{self.number} in {self.function}"


def calling_lines() -> tuple[Line | None, Line | None]:
    """The nearest line outside of libraries, and the nearest one of a test (maybe the same).

    A test is what is in a file named as pytest wants it, in conftest.py or in a notebook. There is
    no test's line where the test started a task or a thread that then sent the statement.
    """
    nearest = None
    for frame in _stack():
        path = frame.f_code.co_filename
        if _is_library(path):
            continue
        if _is_test(path):
            line = _line(frame, in_test=True)
            return nearest or line, line
        nearest = nearest or _line(frame, in_test=False)
    return nearest, None


def _stack() -> Iterator[FrameType]:
    """Every frame from here outwards, those of the coroutine that SQLAlchemy's greenlet serves too.

    A greenlet's frames end where it began; its parent waits at the frame ``gr_frame``.
    """
    current: greenlet.greenlet | None = greenlet.getcurrent()
    frame: FrameType | None = sys._getframe(1)
    while current is not None:
        while frame is not None:
            yield frame
            frame = frame.f_back
        current = current.parent
        frame = current.gr_frame if current is not None else None


@cache
def _is_library(path: str) -> bool:
    if path.startswith("<"):
        return not path.startswith("<ipython-input")
    if Path(path).is_relative_to(SHOP):
        return False
    return path.startswith(LIBRARIES) or Path(path).is_relative_to(TOOLKIT)


@cache
def _is_test(path: str) -> bool:
    return bool(TEST_FILE.search(path) or NOTEBOOK.search(path))


def _line(frame: FrameType, *, in_test: bool) -> Line:
    code = frame.f_code
    file = _shown(code.co_filename, str(frame.f_globals.get("__name__", "")))
    return Line(file, frame.f_lineno, code.co_name, in_test)


@cache
def _shown(path: str, module: str) -> str:
    """The file as its module is named (shop/services/orders.py): the same on every machine."""
    if NOTEBOOK.search(path):
        return "cell.py"  # the number in its name differs each time
    parts = Path(path).parts
    depth = module.count(".") + 1 + (parts[-1] == "__init__.py")
    return "/".join(parts[-depth:])
