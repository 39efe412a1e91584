"""Places in your own code: a file and a line, found below the frames of libraries."""

import re
import sys
import sysconfig
from functools import cache
from pathlib import Path
from types import FrameType

import greenlet  # type: ignore[import-untyped]

PATHS = sysconfig.get_paths()
# Where code lives that is neither the reader's nor the course's; SQLAlchemy also makes some up.
LIBRARIES = (
    PATHS["stdlib"],
    PATHS["purelib"],
    PATHS["platlib"],
    "<sqlalchemy generated",
    "asyncpg/",
)
TOOLKIT = str(Path(__file__).parent.parent)
NOT_YOURS = (*LIBRARIES, PATHS["scripts"], TOOLKIT, "<")
OF_A_CELL = re.compile(r"ipykernel_\d+|^cell_\d+\.py$|ipython-input")


def place_in_your_code() -> str:
    """`file:line` of the nearest caller that belongs to no library.

    SQLAlchemy's asyncio extension runs in a greenlet, whose frames end where it began: from there
    the search goes on in the greenlet that started it.
    """
    frame: FrameType | None = sys._getframe(1)
    current = greenlet.getcurrent()
    while True:
        while frame is not None:
            if _is_yours(frame.f_code.co_filename):
                return f"{_shown(frame.f_code.co_filename)}:{frame.f_lineno}"
            frame = frame.f_back
        if current.parent is None:
            return "a library's own task"
        current = current.parent
        frame = current.gr_frame


@cache
def _is_yours(file: str) -> bool:
    return not file.startswith(NOT_YOURS)


@cache
def _shown(file: str) -> str:
    if OF_A_CELL.search(file):
        return "cell.py"  # its real name differs at each run
    path, here = Path(file), Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else file
