"""What all tests of this project share: nothing may skip where everything is installed."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from nomocks.authoring.building import INPUTS
from nomocks.grading.sandbox.tiers import SandboxError, require_sandbox

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[1]
# What shares a fixture that takes long: the chapters that were run, the solution of a task.
TOGETHER = (
    (re.compile(r"tests/(?:book|site)/"), "pages"),
    (re.compile(r"tests/assignments/test_proof.py.*\[(.*)\]"), r"\1"),
    (re.compile(r"tests/(test_workflows).py"), r"\1"),
)
# Fixtures that run all chapters, which the first test that asks for one waits for.
ALL_CHAPTERS = {"site", "book"}
SECONDS_FOR_CHAPTERS = 1800
NOTHING_MAY_SKIP = os.environ.get("NOMOCKS_REQUIRE") == "all"


@pytest.fixture(scope="session")
def walls() -> None:
    """Skips the test where hostile ones can't be walled in."""
    try:
        require_sandbox()
    except SandboxError as error:
        pytest.skip(str(error))


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if NOTHING_MAY_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{reason} (NOMOCKS_REQUIRE=all makes a skip a failure)"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_skip(report)
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if ALL_CHAPTERS & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.timeout(SECONDS_FOR_CHAPTERS))


class Scheduling(LoadScopeScheduling):
    """Each test goes to whichever worker is free, but those that share much go to one."""

    def _split_scope(self, nodeid: str) -> str:
        for pattern, group in TOGETHER:
            if found := pattern.match(nodeid):
                return found.expand(group)
        return nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    return Scheduling(config, log)


@pytest.fixture(scope="session")
def book_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of all that the book is made from."""
    folder = tmp_path_factory.mktemp("course")
    for path in (path for pattern in INPUTS for path in ROOT.glob(pattern)):
        if path.is_file() and "__pycache__" not in path.parts:
            copy = folder / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    return folder


@pytest.fixture(scope="session")
def site(book_folder: Path) -> Path:
    """The folder of the pages, built once as `make book` builds them, in a folder of its own."""
    done = nomocks("build", folder=book_folder)
    assert done.returncode == 0, done.stderr
    return book_folder / "_build" / "html"


def nomocks(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does, in a folder."""
    command = [Path(sys.executable).with_name("nomocks"), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
