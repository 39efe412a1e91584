"""What runs in a fork of the zygote: one pytest session that runs the tests it is asked to.

It is told nothing about the variants but their changes, and answers with plain JSON.
"""

import gc
import json
import os
import signal
import sys
from collections import defaultdict
from dataclasses import asdict, dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn

import pytest
from sqlalchemy import URL, make_url

from nomocks.grading import fixtures
from nomocks.grading.noting import calls_noted, counted
from nomocks.mutation import over_variants
from nomocks.mutation.matrix import Observation, Outcome
from nomocks.mutation.over_variants import (
    BEGUN,
    LONGEST_DETAIL,
    case_report,
    run_over,
    variant_of,
    with_phase,
)
from nomocks.mutation.variants import Planted
from nomocks.postgres import PostgresError
from nomocks.testing import limits
from nomocks.testing import plugin as testing_plugin

CELL_SETTINGS = str(Path(testing_plugin.__file__).with_name("notebook.ini"))
# Without the second, pytest goes through all that lies beside the folder of the run.
SETTINGS = ("-c", CELL_SETTINGS, "--rootdir", ".", "--confcutdir", ".")
MATRIX_ARGUMENTS = (*SETTINGS, "-s", "-p", "no:logging", "-p", "no:warnings", "--tb=native")


@dataclass(frozen=True)
class Job:
    """What a process needs to know. ``variants`` holds the changes of each, and no name."""

    folder: str  # for the files, by the names of their modules
    files: dict[str, str]
    task: str  # the file with the tests
    cell: str  # the one with the text of the student's cell: the same, or what it imports
    seconds: float  # a test may take
    variants: tuple[Planted, ...] = ()
    statements: int | None = None  # a test may send
    functions: tuple[str, ...] = ()  # that the variants change: told is which of them a test calls
    lends: bool = False  # more databases are to be asked for
    report: str | None = None  # run once, as the notebook does, and write pytest's report there

    def path(self, module: str) -> Path:
        """Where the text of a module is."""
        return Path(self.folder, f"{module}.py").absolute()


def run(session: pytest.Session, pipe: Connection) -> None:
    """Do the job that comes through the pipe, in a fork of a process where pytest is set up."""
    job: Job = pipe.recv()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.setsid()  # so that whatever the tests start can be killed with them
    for name, text in job.files.items():
        job.path(name).write_text(text, encoding="utf-8")
    os.chdir(job.folder)
    gc.disable()  # nothing here lives for long
    if job.report:
        run_once(pipe, job, job.report)
    session.config.pluginmanager.register(Matrix(pipe, job))
    session.config.args = [str(job.path(job.task))]


def run_once(pipe: Connection, job: Job, report: str) -> NoReturn:
    """Run every test as it is, by a pytest of its own, which writes what a notebook shows."""
    output = os.open(report, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.stdout = os.fdopen(1, "w", buffering=1, closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
    os.environ["COLUMNS"] = "76"
    plugin = Once(pipe, job)
    status = pytest.main([*SETTINGS, str(job.path(job.task))], plugins=[plugin])
    sys.stdout.flush()
    plugin.send({"end": int(status)})
    os._exit(0)


def register_late(config: pytest.Config) -> None:
    """Register our fixtures, after the plugins of the command line, so that they replace theirs."""
    config.pluginmanager.register(fixtures)
    config.pluginmanager.register(over_variants)


@dataclass(eq=False)
class Worker:
    """A plugin that does a job, and tells what it sees."""

    pipe: Connection
    job: Job

    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[limits.SECONDS] = self.job.seconds

    def receive_database(self, config: pytest.Config) -> None:
        """Wait for the URL of the database, which may be made while the tests are collected."""
        config.stash[fixtures.DATABASE] = self._url()
        if self.job.lends:
            config.stash[fixtures.BORROW] = self._borrow

    def _borrow(self) -> URL:
        self.send({"lend": True})
        return self._url()

    def _url(self) -> URL:
        url = json.loads(self.pipe.recv_bytes())
        if not url:
            raise PostgresError("There are no more databases for this run: let tests share one.")
        return make_url(url)

    def send(self, message: dict[str, Any]) -> None:
        """Send a message to whoever has started this process."""
        self.pipe.send_bytes(json.dumps(message).encode())


@dataclass(eq=False)
class Once(Worker):
    """Runs every test as it is, and tells when each begins."""

    def pytest_configure(self, config: pytest.Config) -> None:
        super().pytest_configure(config)
        register_late(config)
        self.receive_database(config)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.send({"began": nodeid.partition("::")[2][:LONGEST_DETAIL]})


@dataclass(eq=False)
class Matrix(Worker):
    """Collects every test for every variant, and runs those that are asked for."""

    items: dict[tuple[str, int], list[pytest.Function]] = field(
        default_factory=lambda: defaultdict(list)
    )
    case: Observation = BEGUN
    error: str = ""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        numbers = [str(variant.number) for variant in self.job.variants]
        run_over(metafunc, self.job.variants, numbers)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.error = self.error or _last_line(report.longreprtext)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            variant = variant_of(item)
            if isinstance(item, pytest.Function) and variant:
                within = item.getparent(pytest.Class)
                name = f"{within.name}::{item.originalname}" if within else item.originalname
                self.items[name, variant.number].append(item)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            self.send({"broken": self.error[:LONGEST_DETAIL]})
            return True
        self.send({"collected": sorted({name for name, _ in self.items})})
        self.receive_database(session.config)
        while True:
            name, number = json.loads(self.pipe.recv_bytes())
            original = self.job.variants[number] == Planted(number=number)
            with calls_noted(self.job.functions if original else ()) as called:
                for item in self.items[name, number]:
                    self._run(item)
            self.send({"done": True, "called": sorted(called)})

    def _run(self, item: pytest.Function) -> None:
        self.case = BEGUN
        # Tears down all that is narrower than the module, so that items may run in any order.
        module = item.getparent(pytest.Module)
        with counted(variant_of(item)) as sent:
            item.ihook.pytest_runtest_protocol(item=item, nextitem=module)
        if self.case.seconds >= self.job.seconds:  # also if the test caught the interruption
            self.case = replace(self.case, outcome=Outcome.TIMEOUT)
        most = self.job.statements
        if most is not None and len(sent) > most and self.case.outcome is Outcome.PASSED:
            detail = f"it sends {len(sent)} statements, and may send {most}"
            self.case = replace(self.case, outcome=Outcome.FAILED, detail=detail)
        self.send(asdict(self.case))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport:
        return case_report(item, call, self.job.path(self.job.cell))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.case = with_phase(self.case, report)


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].removeprefix("E").strip() if lines else "the cell can't be imported"
