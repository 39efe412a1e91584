"""The suite's pytest plugin: how often each kind of test runs, and how long they took."""

import json
from collections import defaultdict
from pathlib import Path

import pytest

NOT_COUNTED = ("test_first", "test_last")  # they pay for what a run needs once


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--times", type=int, default=10, help="how often each kind of test runs")
    parser.addoption("--record", type=Path, help="write the seconds of each test here, as JSON")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--record")
    if path and not hasattr(config, "workerinput"):  # a worker of xdist reports to its controller
        config.pluginmanager.register(Recorder(path))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "number" in metafunc.fixturenames:
        metafunc.parametrize("number", range(metafunc.config.getoption("--times")))


class Recorder:
    """Adds up set-up, call and teardown of each test, as pytest itself measures them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = report.nodeid.rpartition("::")[2]
        if name not in NOT_COUNTED:
            self.seconds[name] += report.duration

    def pytest_sessionfinish(self) -> None:
        self.path.write_text(json.dumps(self.seconds), "utf-8")
