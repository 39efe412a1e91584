"""The processes that come from another one."""

from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil


def descendants(process: int, thoroughly: bool = False) -> Iterator[psutil.Process]:
    """Its children, their children, and so on, each after its parent.

    The kernel keeps a list of each one's children, but skips some where others end meanwhile. To
    find them ``thoroughly`` is to go through all processes of the machine, which takes long.
    """
    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(process)
        if thoroughly or not _children(process):
            yield from root.children(recursive=True)
            return
    waiting = deque(_children(process))
    while waiting:
        one = waiting.popleft()
        waiting += _children(one)
        with suppress(psutil.NoSuchProcess):
            yield psutil.Process(one)


def _children(process: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):  # it has ended
        for thread in Path(f"/proc/{process}/task").iterdir():
            found += map(int, (thread / "children").read_text().split())
    return found
