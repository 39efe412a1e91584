"""The descendants of a process are found in either way."""

import subprocess
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest

from nomocks.grading.sandbox.descendants import descendants


@pytest.fixture
def family() -> Iterator[int]:
    """A process with a child and a grandchild."""
    script = "sh -c 'sleep 60 & echo ready; wait' & wait"
    with subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
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
