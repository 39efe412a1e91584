"""The descendants of a process are found in either way."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest

from nomocks.grading.sandbox.descendants import descendants


@pytest.fixture
def family() -> Iterator[int]:
    """A process with a child and a grandchild."""
    with subprocess.Popen(["sh", "-c", "sh -c 'sleep 60 & wait' & wait"]) as process:
        root = psutil.Process(process.pid)
        while [one.name() for one in root.children(recursive=True)] != ["sh", "sleep"]:
            time.sleep(0.01)  # it is another "sh" until it has become "sleep"
        yield process.pid
        for one in reversed(list(descendants(process.pid))):
            with suppress(psutil.NoSuchProcess):  # it waited for the one before
                one.kill()


@pytest.mark.parametrize("thoroughly", [False, True])
def test_children_come_before_theirs(family: int, thoroughly: bool) -> None:
    names = [one.name() for one in descendants(family, thoroughly)]
    assert names == ["sh", "sleep"]


def test_a_process_that_has_ended_has_none() -> None:
    with subprocess.Popen(["true"]) as process:
        process.wait()
        assert list(descendants(process.pid)) == []
