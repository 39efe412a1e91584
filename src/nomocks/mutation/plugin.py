"""A pytest plugin that runs tests over mutants, and tells which bugs they would catch::

    pytest -p nomocks.mutation.plugin --mutants shop.models:Base.metadata tests/

Each test is run as it is, then on each mutant until one test has killed it, all in one process. A
test that does not pass on the original is reported as pytest does it, and kills nothing. With
xdist each worker knows only its own kills, so it does the same with more runs.
"""

import json
from collections import defaultdict
from collections.abc import Generator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from nomocks.mutation import over_variants
from nomocks.mutation.errors import VariantError
from nomocks.mutation.matrix import KillMatrix, Observation, Outcome, together
from nomocks.mutation.over_variants import BEGUN, case_report, run_over, variant_of, with_phase
from nomocks.mutation.population import Population, population_of
from nomocks.mutation.score import ORIGINAL, Score, as_json, lines, score_of
from nomocks.mutation.variants import Planted, Variant
from nomocks.postgres import PostgresError
from nomocks.testing.cells import MADE_UP_FILE

PATIENCE = 30  # seconds for a test on a mutant, where the project sets no time limit


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("nomocks")
    group.addoption(
        "--mutants",
        action="append",
        default=[],
        metavar="TARGET",
        help="run the tests over the mutants of a MetaData, a module or a function "
        "(shop.models:Base.metadata, shop.services.stock), or over those of a list",
    )
    group.addoption(
        "--mutant-operators",
        default="",
        metavar="NAMES",
        help="make mutants by these operators only (NNCR,UCColumnR)",
    )
    group.addoption(
        "--mutants-full",
        action="store_true",
        help="run every test on every mutant, also on those that are killed already",
    )
    group.addoption(
        "--mutants-least",
        type=float,
        default=100.0,
        metavar="PERCENT",
        help="the mutation score below which the run fails; 100 unless given",
    )
    group.addoption(
        "--mutants-json", type=Path, metavar="FILE", help="write the kill matrix there, as JSON"
    )


@pytest.hookimpl(trylast=True)  # so that its fixtures replace those of other plugins
def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--mutants"):
        config.pluginmanager.register(over_variants)
        config.pluginmanager.register(OverMutants(config), "nomocks-over-mutants")


class OverMutants:
    """One run: what is to be run, and what was seen."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._full = bool(config.getoption("--mutants-full"))
        self._under_way: dict[str, Observation] = {}
        self._seen: dict[tuple[str, str], list[Observation]] = defaultdict(list)
        self._killed: set[str] = set()

    @cached_property
    def population(self) -> Population:
        only = str(self._config.getoption("--mutant-operators"))
        try:
            return population_of(
                self._config.getoption("--mutants"), [name for name in only.split(",") if name]
            )
        except (VariantError, PostgresError) as error:
            raise pytest.UsageError(str(error)) from None

    @cached_property
    def _variants(self) -> list[Planted]:
        all_of_them: tuple[Variant, ...] = ORIGINAL, *self.population.mutants
        return [Planted(one.statements, one.code, number) for number, one in enumerate(all_of_them)]

    @cached_property
    def _names(self) -> list[str]:
        return [ORIGINAL.name, *(one.name for one in self.population.mutants)]

    def pytest_sessionstart(self) -> None:
        """Make the mutants now: what is wrong with them is told before any test is collected."""
        assert self.population
        path: Path | None = self._config.getoption("--mutants-json")
        if path and not path.parent.is_dir():
            raise pytest.UsageError(f"There is no folder {path.parent} for {path.name}: make it.")

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """A test without the database can tell mutants of code alone."""
        uses_database = "variant" in metafunc.fixturenames
        variants = [
            one for one in self._variants if one.code or uses_database or not one.statements
        ]
        run_over(metafunc, variants, [self._names[one.number] for one in variants])

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """First every test as it is, then one mutant after the other."""
        items.sort(key=_number)
        # A mutant may loop forever. In a notebook, nomocks.testing.limits ends every test.
        if not getattr(self._config, "_env_timeout", True):
            for item in items:
                if _number(item) and not item.get_closest_marker("timeout"):
                    item.add_marker(pytest.mark.timeout(PATIENCE))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> bool | None:
        number = _number(item)
        valid = self._passed(_row(item))
        if number and not (valid and (self._full or self._names[number] not in self._killed)):
            item.session._setupstate.teardown_exact(nextitem)  # as if it had been run
            return True
        return None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport | None:
        return case_report(item, call) if _number(item) else None

    @pytest.hookimpl(wrapper=True, tryfirst=True, specname="pytest_runtest_makereport")
    def pytest_runtest_makereport_noted(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """A mutant's death is no failure of the run, so pytest is told that the test passed."""
        report = yield
        if variant_of(item) is None:
            return report
        number = _number(item)
        seen = with_phase(BEGUN, report if number else case_report(item, call))
        note = [_row(item), self._names[number], str(seen.outcome), seen.detail]
        report.user_properties.append(("nomocks", note))
        if number:
            report.outcome, report.longrepr = "passed", None
            vars(report).pop("wasxfail", None)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        note = _note(report)
        if note is None:
            return
        row, name, outcome, detail = note
        before = self._under_way.get(report.nodeid, BEGUN)
        if before.outcome is Outcome.PASSED:
            before = Observation(Outcome(outcome), detail)
        self._under_way[report.nodeid] = before
        if report.when == "teardown":
            self._seen[row, name].append(self._under_way.pop(report.nodeid))
            if before.outcome is Outcome.FAILED and name != ORIGINAL.name:
                self._killed.add(name)

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        note = _note(report)
        if note is None or note[1] == ORIGINAL.name:
            return None
        return "", "", note[2] if report.when == "call" else ""

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if hasattr(self._config, "workerinput") or exitstatus > pytest.ExitCode.TESTS_FAILED:
            return
        score = self.score
        path: Path | None = self._config.getoption("--mutants-json")
        if path:
            path.write_text(json.dumps(as_json(score), indent=2))
        least = self._config.getoption("--mutants-least")
        if exitstatus == pytest.ExitCode.OK and score.percent < least:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter, exitstatus: int
    ) -> None:
        if exitstatus <= pytest.ExitCode.TESTS_FAILED:
            terminalreporter.section("mutants")
            for line in lines(self.score):
                terminalreporter.write_line(line)

    @property
    def score(self) -> Score:
        """What was seen so far, judged."""
        tests = [row for row, name in self._seen if name == ORIGINAL.name]
        matrix = KillMatrix(tuple(tests))
        for (row, name), cases in self._seen.items():
            matrix.add(row, name, together(cases))
        return score_of(self.population, matrix)

    def _passed(self, row: str) -> bool:
        cases = self._seen.get((row, ORIGINAL.name))
        on_another_worker = cases is None and hasattr(self._config, "workerinput")
        return on_another_worker or (
            bool(cases) and all(one.outcome is Outcome.PASSED for one in cases or ())
        )


def _number(item: pytest.Item) -> int:
    variant = variant_of(item)
    return variant.number if variant else 0


def _row(item: pytest.Item) -> str:
    """A test's name, the same for all its cases, and for a cell of a notebook in each run."""
    parent = MADE_UP_FILE.sub("cell.py", item.parent.nodeid if item.parent else "")
    return f"{parent}::{getattr(item, 'originalname', item.name)}"


def _note(report: pytest.TestReport) -> Any:
    return dict(report.user_properties).get("nomocks")
