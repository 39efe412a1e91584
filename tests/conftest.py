"""What all tests of this project share: nothing may skip where everything is installed."""

import os
from collections.abc import Generator

import pytest

from nomocks.grading.sandbox.tiers import SandboxError, require_sandbox

pytest_plugins = ["pytester"]

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
