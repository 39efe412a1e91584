"""What runs in the forked process: one pytest session that runs the tests it is asked to.

It is told nothing about the variants but their SQL, and answers with plain JSON.
"""

import gc
import json
import os
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from nomocks.grading import fixtures
from nomocks.mutation.matrix import Outcome
from nomocks.testing import plugin as testing_plugin
from nomocks.testing.limits import TestTookTooLong

CELL_SETTINGS = Path(testing_plugin.__file__).with_name("notebook.ini")
LONGEST_DETAIL = 300  # characters


@dataclass(frozen=True)
class Job:
    """What a process needs to know. ``variants`` holds the SQL of each, and no name."""

    file: str
    database: str  # URL for psycopg, with the password
    seconds: float  # a test may take
    variants: tuple[tuple[str, ...], ...] = ()
    report: str | None = None  # run once, as the notebook does, and write pytest's report there


@dataclass(frozen=True)
class Statements:
    """A variant, as the fixture ``connection`` wants it."""

    number: int
    statements: tuple[str, ...]


def run(pipe: Connection, job: Job) -> None:
    """The whole life of the process."""
    os.setsid()  # so that whatever the tests start can be killed with them
    os.chdir(Path(job.file).parent)
    output = os.open(job.report or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.stdout = os.fdopen(1, "w", buffering=1, closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
    sys.dont_write_bytecode = True
    gc.disable()  # nothing here lives for long
    os.environ["COLUMNS"] = "76"
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    plugin = Once(pipe, job) if job.report else Matrix(pipe, job)
    quick = [] if job.report else ["-s", "-p", "no:logging", "-p", "no:warnings", "--tb=native"]
    arguments = ["-c", str(CELL_SETTINGS), "--rootdir", ".", "-p", "pytest_asyncio.plugin"]
    limit = ["-o", f"nomocks_seconds={job.seconds}"]
    pytest.main([*arguments, *limit, *quick, job.file], plugins=[Late(plugin, job.database)])
    sys.stdout.flush()
    plugin.send({"end": True})


@dataclass(frozen=True)
class Late:
    """Registers a plugin after those of the command line, so that its fixtures replace theirs."""

    plugin: object
    database: str

    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[fixtures.DATABASE] = make_url(self.database)
        config.pluginmanager.register(fixtures)
        config.pluginmanager.register(self.plugin)


@dataclass(eq=False)
class Once:
    """Runs every test as it is, and tells when each begins."""

    pipe: Connection
    job: Job

    def send(self, message: dict[str, Any]) -> None:
        self.pipe.send_bytes(json.dumps(message).encode())

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.send({"began": nodeid.partition("::")[2][:LONGEST_DETAIL]})


@dataclass(eq=False)
class Matrix(Once):
    """Collects every test for every variant, and runs those that are asked for."""

    items: dict[tuple[str, int], list[pytest.Function]] = field(
        default_factory=lambda: defaultdict(list)
    )
    case: dict[str, Any] = field(default_factory=dict)
    error: str = ""

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        pass

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "variant" not in metafunc.fixturenames:
            metafunc.fixturenames.append("variant")
        variants = [Statements(n, statements) for n, statements in enumerate(self.job.variants)]
        metafunc.parametrize("variant", variants, ids=[str(one.number) for one in variants])

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.error = self.error or _last_line(report.longreprtext)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
                within = item.getparent(pytest.Class)
                name = f"{within.name}::{item.originalname}" if within else item.originalname
                variant = cast(Statements, item.callspec.params["variant"])
                self.items[name, variant.number].append(item)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            self.send({"broken": self.error[:LONGEST_DETAIL]})
            return True
        self.send({"collected": sorted({name for name, _ in self.items})})
        while True:
            name, number = json.loads(self.pipe.recv_bytes())
            for item in self.items[name, number]:
                self._run(item)
            self.send({"done": True})

    def _run(self, item: pytest.Function) -> None:
        self.case = {"outcome": Outcome.PASSED, "detail": "", "seconds": 0.0}
        # Tears down all that is narrower than the module, so that items may run in any order.
        module = item.getparent(pytest.Module)
        item.ihook.pytest_runtest_protocol(item=item, nextitem=module)
        if self.case["seconds"] >= self.job.seconds:  # also if the test caught the interruption
            self.case["outcome"] = Outcome.TIMEOUT
        self.send(self.case)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport:
        """The report without a text of the traceback, which costs more than the test."""
        outcome, detail = Outcome.PASSED, ""
        if call.excinfo is not None:
            outcome = outcome_of(call.excinfo.value, call.when)
            detail = detail_of(call.excinfo, item.path)
        kind = {Outcome.PASSED: "passed", Outcome.SKIPPED: "skipped"}.get(outcome, "failed")
        properties: list[tuple[str, object]] = [("outcome", outcome), ("detail", detail)]
        return pytest.TestReport(
            item.nodeid,
            item.location,
            {},
            kind,  # type: ignore[arg-type]
            ("", 0, detail) if kind == "skipped" else None,
            call.when,  # type: ignore[arg-type]
            user_properties=properties,
            duration=call.duration,
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.case["seconds"] += report.duration
        properties = dict(report.user_properties)
        outcome, detail = properties["outcome"], str(properties["detail"])
        expected = hasattr(report, "wasxfail") or (report.failed and outcome is Outcome.PASSED)
        if expected:  # pytest's own verdict differs from ours only where a test is marked xfail
            outcome, detail = Outcome.SKIPPED, "it is marked xfail"
        if self.case["outcome"] is Outcome.PASSED and outcome is not Outcome.PASSED:
            self.case |= {"outcome": outcome, "detail": detail[:LONGEST_DETAIL]}


def outcome_of(error: BaseException, phase: str) -> Outcome:
    """What an exception in a phase of a test (setup, call, teardown) says about the variant."""
    if isinstance(error, pytest.skip.Exception):
        return Outcome.SKIPPED
    if isinstance(error, TestTookTooLong):
        return Outcome.TIMEOUT
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return Outcome.ERROR
    expected = isinstance(error, AssertionError | DBAPIError | pytest.fail.Exception)
    return Outcome.FAILED if expected and phase == "call" else Outcome.ERROR


def detail_of(excinfo: pytest.ExceptionInfo[BaseException], path: Path) -> str:
    """One line: the exception, and the line of the cell it came from."""
    error = excinfo.value
    kind = type(error).__name__
    text = str(getattr(error, "orig", None) or error)
    if isinstance(error, pytest.FixtureLookupError):
        kind, text = "", f"fixture '{error.argname}' not found"
    elif isinstance(error, DBAPIError):
        text = text.partition(">: ")[2] or text
    elif isinstance(error, pytest.skip.Exception | pytest.fail.Exception):
        kind = ""
    first = text.strip().partition("\n")[0][: LONGEST_DETAIL - 60]
    lines = [entry.lineno + 1 for entry in excinfo.traceback if str(entry.path) == str(path)]
    where = f" (line {lines[-1]})" if lines else ""
    return (": ".join(part for part in (kind, first) if part) or kind) + where


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].removeprefix("E").strip() if lines else "the cell can't be imported"
