"""Every strategy keeps the tests of the measured suite apart, and a run is counted right."""

import pickle
import re
from pathlib import Path

import asyncpg
import pytest

from benchmarks.floor import replay, run_floor
from benchmarks.isolation import REFERENCE, STRATEGIES, TOOLKIT, available, paired, summary
from benchmarks.runs import ROOT, Run, run_pytest, run_suite
from benchmarks.statements import Sent
from nomocks.postgres import Server
from nomocks.testing.databases import template_of
from shop.models import Base

KINDS = 10


@pytest.mark.parametrize("strategy", sorted(set(available()) - {"migrate"}))
def test_strategy_keeps_one_test_of_each_kind_apart(strategy: str) -> None:
    run = run_suite(STRATEGIES[strategy], "auto", times=1)
    assert run.tests == KINDS
    assert 0 < run.ms_per_test < 1000 * run.seconds


def test_migrations_keep_two_tests_apart() -> None:
    two = ("-k", "user_has_favorites or email_is_unique")
    assert run_suite((*STRATEGIES["migrate"], *two), "auto", times=1).tests == 2


def test_every_strategy_in_the_folder_is_measured() -> None:
    files = (ROOT / "benchmarks" / "strategies").glob("[a-z]*.py")
    named = {f"benchmarks.strategies.{file.stem}" for file in files}
    assert named <= {argument for arguments in STRATEGIES.values() for argument in arguments}


def test_a_strategy_written_by_hand_runs_without_the_toolkit() -> None:
    assert not {*TOOLKIT} & {*STRATEGIES[REFERENCE]} - {"-p"}


def test_no_kind_of_test_passes_twice_if_nothing_keeps_them_apart() -> None:
    leaky = ("-p", "benchmarks.fixtures", "-p", "tests.benchmarks.leaky", "--tb=no")
    with pytest.raises(RuntimeError) as error:
        run_pytest((*leaky, "--times=2"), "auto")
    assert len(re.findall(r"^FAILED .*\[1\]", str(error.value), re.M)) == KINDS


def test_two_workers_count_each_test_once() -> None:
    assert run_suite((*TOOLKIT, "-p", "xdist.plugin", "-n", "2"), "auto", times=1).tests == KINDS


def test_ratios_compare_a_run_with_the_reference_just_before_it() -> None:
    slow_minute = {"truncate": (Run(100, 16.0, 3.0), Run(100, 8.0, 2.0))}
    quick_minute = {"truncate": (Run(100, 8.0, 2.0), Run(100, 4.0, 1.0))}
    per_test, process = summary([slow_minute, quick_minute], "PostgreSQL 18", whole=["truncate"])
    assert (per_test.name, per_test.against, per_test.ratio) == ("truncate", "savepoints", 2.0)
    assert (per_test.min, per_test.median, per_test.max) == (8.0, 12.0, 16.0)
    assert (process.name, process.ratio) == ("truncate, whole process", 1.75)


def test_the_reference_runs_before_each_strategy() -> None:
    ran: list[str] = []

    def noting(name: str) -> Run:
        ran.append(name)
        return Run(100, float(len(ran)), 1.0)

    pairs = paired({name: lambda name=name: noting(name) for name in (REFERENCE, "a", "b")})
    assert ran == [REFERENCE, REFERENCE, "a", REFERENCE, "b"]
    assert [(run.ms_per_test, before.ms_per_test) for run, before in pairs.values()] == [
        (1.0, 1.0),
        (3.0, 2.0),
        (5.0, 4.0),
    ]


def test_the_floor_sends_what_each_test_sent() -> None:
    run = run_floor(TOOLKIT, "auto", times=1)
    assert run.tests == KINDS
    assert 0 < run.ms_per_test < 1000 * run.seconds


def test_what_a_test_sent_is_noted_with_its_transaction(tmp_path: Path) -> None:
    path = tmp_path / "sent"
    noting = ("-p", "benchmarks.statements", f"--statements={path}", "-k", "email_is_unique")
    run_pytest((*TOOLKIT, *noting, "--times=1"), "auto")
    ((name, sent),) = pickle.loads(path.read_bytes())
    assert name == "test_email_is_unique[0]"
    words = [each.statement.split()[0] for each in sent]
    assert words[:2] == ["BEGIN", "SAVEPOINT"]
    assert words[-2:] == ["ROLLBACK", "ROLLBACK"]  # to the savepoint, then of it all
    assert {"INSERT", "RELEASE"} < {*words}
    assert any("ann@example.org" in each.parameters for each in sent)


async def test_the_floor_stops_at_an_answer_that_no_test_expected(server: Server) -> None:
    wrong = [("test_wrong", [Sent("BEGIN"), Sent("SELECT * FROM no_such_table")])]
    template = template_of(server, Base.metadata)
    with (
        server.create_database(template=template) as database,
        pytest.raises(asyncpg.UndefinedTableError),
    ):
        await replay(wrong, database.url)
