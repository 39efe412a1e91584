"""The tests of an assignment's reference solution by pytest alone, again and again in one process.

``python -m benchmarks.alone FOLDER`` prints the milliseconds that one test took from its set-up to
its teardown, as a mean; the first time that each runs is not counted.
"""

import os
import sys
import tempfile
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from nomocks.mutation.assignment import Assignment, read
from nomocks.mutation.source import PREAMBLE, module_of
from nomocks.mutation.variants import Task
from nomocks.testing import plugin

TIMES = 30
SETTINGS = ["-c", str(Path(plugin.__file__).with_name("notebook.ini")), "--rootdir", "."]


class Repeated:
    """Runs every test so often, and times it."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        metafunc.fixturenames.append("time")
        metafunc.parametrize("time", range(TIMES + 1))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Function) -> Generator[None, object, object]:
        started = time.perf_counter()
        result = yield
        if item.callspec.params["time"]:
            self.seconds.append(time.perf_counter() - started)
        return result


def testing_tasks(assignment: Assignment) -> list[Task]:
    """The tasks in which students write tests."""
    return [task for task in assignment.graded if not assignment.against(task.name).probes]


def main(assignment: Assignment) -> float:
    """The milliseconds of one test. Raises SystemExit, after pytest's report, if any fails."""
    repeated = Repeated()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        sys.path.insert(0, folder)
        Path(f"{PREAMBLE}.py").write_text(assignment.preamble, "utf-8")
        for task in testing_tasks(assignment):
            module = module_of(task.name, assignment.preamble, assignment.solution(task.name))
            Path(f"test_{task.name}.py").write_text(module.text, "utf-8")
        failed = pytest.main([*SETTINGS, "."], plugins=[repeated])
        os.chdir("/")
    if failed:
        sys.exit(int(failed))
    return 1000 * sum(repeated.seconds) / len(repeated.seconds)


if __name__ == "__main__":
    print(main(read(Path(sys.argv[1]).resolve())))
