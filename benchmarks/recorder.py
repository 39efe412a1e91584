"""A pytest plugin that writes how long the tests took, as pytest itself measures it."""

import json
from collections import defaultdict
from pathlib import Path

import pytest

NOT_COUNTED = ("test_first", "test_last")  # they pay for what a run needs once


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record", type=Path, help="write the seconds of each test here, as JSON")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--record"):
        config.pluginmanager.register(Recorder(config.getoption("--record")))


class Recorder:
    """Adds up set-up, call and teardown of each test."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = report.nodeid.rpartition("::")[2]
        if name not in NOT_COUNTED:
            self.seconds[name] += report.duration

    def pytest_sessionfinish(self) -> None:
        self.path.write_text(json.dumps(self.seconds), "utf-8")
