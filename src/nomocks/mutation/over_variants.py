"""Tests run over variants in one pytest session, by the parameter ``variant`` of each.

What the grader's process and ``nomocks.mutation.plugin`` have in common.
"""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from nomocks.mutation.errors import VariantError
from nomocks.mutation.matrix import Observation, Outcome
from nomocks.mutation.variants import Planted
from nomocks.testing.isolation import Isolation
from nomocks.testing.limits import TestTookTooLong

LONGEST_DETAIL = 300  # characters
BEGUN = Observation(Outcome.PASSED)


def variant_of(item: pytest.Item) -> Planted | None:
    """The variant that a test is to run on; none if it is run as it is."""
    callspec = getattr(item, "callspec", None)
    found = callspec.params.get("variant") if callspec else None
    return found if isinstance(found, Planted) else None


@pytest.fixture(autouse=True)
def code_of_variant(request: pytest.FixtureRequest, isolation: Isolation) -> Iterator[None]:
    """The code of a variant, in place for one test and its own fixtures.

    A changed schema outside of one transaction gets a clone for one test: kept, they would add up.
    """
    variant = variant_of(request.node)
    if variant and variant.statements and not isolation.is_rollback:
        isolation.name = "template"
    with variant.applied() if variant else contextlib.nullcontext():
        yield


def run_over(metafunc: pytest.Metafunc, variants: Sequence[Planted], ids: Sequence[str]) -> None:
    """Make of one test as many as there are variants."""
    if "variant" not in metafunc.fixturenames:
        metafunc.fixturenames.append("variant")
    metafunc.parametrize("variant", variants, ids=ids)


def case_report(
    item: pytest.Item, call: pytest.CallInfo[None], told: Path | None = None
) -> pytest.TestReport:
    """The report of a phase without a text of the traceback, which costs more than the test.

    It tells the line of ``told``, or of the test's own file, that an exception came from.
    """
    outcome, detail = Outcome.PASSED, ""
    if call.excinfo is not None:
        variant = variant_of(item)
        outcome = outcome_of(call.excinfo.value, call.when, bool(variant and variant.code))
        detail = detail_of(call.excinfo, told or item.path)
    kind = {Outcome.PASSED: "passed", Outcome.SKIPPED: "skipped"}.get(outcome, "failed")
    return pytest.TestReport(
        item.nodeid,
        item.location,
        {},
        kind,  # type: ignore[arg-type]
        ("", 0, detail) if kind == "skipped" else None,
        call.when,  # type: ignore[arg-type]
        user_properties=[("outcome", str(outcome)), ("detail", detail[:LONGEST_DETAIL])],
        duration=call.duration,
    )


def with_phase(so_far: Observation, report: pytest.TestReport) -> Observation:
    """The observation of a test that has come as far as this report, made by ``case_report``."""
    seconds = so_far.seconds + report.duration
    properties = dict(report.user_properties)
    outcome, detail = Outcome(str(properties["outcome"])), str(properties["detail"])
    expected = hasattr(report, "wasxfail") or (report.failed and outcome is Outcome.PASSED)
    if expected:  # pytest's own verdict differs from ours only where a test is marked xfail
        outcome, detail = Outcome.SKIPPED, "it is marked xfail"
    if so_far.outcome is Outcome.PASSED and outcome is not Outcome.PASSED:
        return Observation(outcome, detail, seconds)
    return replace(so_far, seconds=seconds)


def outcome_of(error: BaseException, phase: str, of_code: bool = False) -> Outcome:
    """What an exception in a phase of a test (setup, call, teardown) says about the variant.

    Of changed code any exception says something, as `place_order` may now raise where it did not.
    """
    if isinstance(error, pytest.skip.Exception):
        return Outcome.SKIPPED
    if isinstance(error, TestTookTooLong) or _is_timeout(error):
        return Outcome.TIMEOUT
    if isinstance(error, VariantError) or phase != "call":
        return Outcome.ERROR
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return Outcome.ERROR
    told = isinstance(error, AssertionError | SQLAlchemyError | pytest.fail.Exception)
    return Outcome.FAILED if told or (of_code and isinstance(error, Exception)) else Outcome.ERROR


def _is_timeout(error: BaseException) -> bool:
    """Whether pytest-timeout has ended the test."""
    return isinstance(error, pytest.fail.Exception) and str(error).startswith("Timeout (>")


def detail_of(excinfo: pytest.ExceptionInfo[BaseException], path: Path) -> str:
    """One line: the exception, and the line of the test's file it came from."""
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
