"""A pytest plugin for notebook cells: stated failures, and tracebacks that end in your own code.

A cell whose lesson is a failure states it, and the run succeeds only if it comes true::

    %%ipytest --fails test_name:IntegrityError
"""

import re
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from functools import partial
from traceback import walk_tb

import pytest
from sqlalchemy.exc import SQLAlchemyError

from nomocks.testing.places import LIBRARIES, TOOLKIT
from nomocks.testing.plugin import register_parts

PARTS = ("nomocks.testing.plugin", "nomocks.testing.limits")
MADE_UP_FILE = re.compile(r"^cell_\d+\.py")
UNTITLED = ("FAILURES", "ERRORS", "short test summary info")


@dataclass
class Tally:
    """How many tests this process has run in its cells."""

    tests: int = 0


tally = Tally()


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    register_parts(pluginmanager, PARTS)
    parser.addoption(
        "--fails",
        action="append",
        default=[],
        metavar="TEST[:EXCEPTION]",
        help="this test must fail (with this exception); every other test must pass",
    )


def pytest_report_teststatus(
    report: pytest.CollectReport | pytest.TestReport,
) -> tuple[str, str, str] | None:
    """No dot for a test: the summary names each one."""
    if report.when == "call" and report.outcome != "skipped":
        return report.outcome, "", report.outcome.upper()
    if report.when in ("setup", "teardown") and report.failed:
        return "error", "", "ERROR"
    return None


@pytest.hookimpl(trylast=True)  # when the reporter is there
def pytest_configure(config: pytest.Config) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if isinstance(reporter, pytest.TerminalReporter):
        reporter.write_sep = partial(_heading, reporter)  # type: ignore[method-assign]
    stated = dict(_parse(statement) for statement in config.getoption("--fails"))
    config.pluginmanager.register(Expectation(stated), "nomocks-expectation")


def _heading(
    reporter: pytest.TerminalReporter,
    sep: str,  # noqa: ARG001
    title: str | None = None,
    fullwidth: int | None = None,  # noqa: ARG001
    **markup: bool,
) -> None:
    """A test's name in place of a rule across the page; the reports' own titles are left out."""
    reporter.ensure_newline()
    reporter.write_line("" if title in UNTITLED else title or "", **markup)


def _parse(statement: str) -> tuple[str, str | None]:
    found = re.fullmatch(r"(.+?)(?::(\w+))?", statement)  # an id, test[a:b], may hold a colon too
    if found is None:
        raise pytest.UsageError("--fails names no test: write --fails test_name:Exception")
    return found[1], found[2]


@dataclass(eq=False)  # pytest keeps plugins in sets
class Expectation:
    """Compares what failed with what the cell says must fail."""

    stated: dict[str, str | None]
    ran: set[str] = field(default_factory=set)
    skipped: set[str] = field(default_factory=set)
    failed: dict[str, list[str]] = field(default_factory=dict)
    verdict: str = ""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        if call.excinfo is not None and not call.excinfo.errisinstance(pytest.skip.Exception):
            _fold(call.excinfo.value)
        report = yield
        report.nodeid = MADE_UP_FILE.sub("cell.py", report.nodeid)  # the number differs each time
        if call.when == "call" or report.failed:
            self.ran.add(item.name)
        if report.skipped:
            self.skipped.add(item.name)
        if report.failed and call.excinfo is not None:
            self.failed[item.name] = [kind.__name__ for kind in call.excinfo.type.__mro__]
        return report

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        tally.tests += len(self.ran)
        if not self.stated:
            return
        wrong = list(self._differences())
        self.verdict = "; ".join(wrong)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED if wrong else pytest.ExitCode.OK

    def _differences(self) -> Iterable[str]:
        for name, exception in self.stated.items():
            if name in self.skipped:  # and the report says why
                continue
            if name not in self.ran:
                yield f"there is no test {name}"
            elif name not in self.failed:
                yield f"{name} should fail, and it passed"
            elif exception and exception not in self.failed[name]:
                yield f"{name} should fail with {exception}, and it raised {self.failed[name][0]}"
        for name in self.failed.keys() - self.stated.keys():
            yield f"{name} failed, and the cell does not say so"

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.verdict:
            terminalreporter.write_line(f"Not what the cell states: {self.verdict}.", red=True)


def _fold(error: BaseException) -> None:
    """Hide library frames and ours, and the driver's exception that SQLAlchemy's repeats."""
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    files = [frame.f_code.co_filename for frame in frames]
    yours = any(not file.startswith((*LIBRARIES, TOOLKIT)) for file in files)
    for file, frame in zip(files, frames, strict=True):
        if file.startswith(LIBRARIES):
            frame.f_globals["__tracebackhide__"] = True
        elif file.startswith(TOOLKIT):  # one must be left, or pytest says that none is
            frame.f_globals["__tracebackhide__"] = yours
    if isinstance(error, SQLAlchemyError):
        error.__cause__ = None
        error.__suppress_context__ = True
