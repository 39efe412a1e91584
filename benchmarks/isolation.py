"""What each way of keeping tests apart costs: the same 100 tests under every strategy, in turn.

Each measurement is a process of its own. A round runs every strategy once, each right after a run
with the savepoint fixture that it is compared with, so that a busy minute of the machine weighs on
both.
"""

import importlib.util
import shutil
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from benchmarks.default_server import default_server
from benchmarks.figures import Figure, figure
from benchmarks.floor import run_floor
from benchmarks.runs import Run, run_suite
from nomocks.postgres import get_server

ROUNDS = 5
REFERENCE, BY_HAND = "savepoints", ("-p", "benchmarks.fixtures")
TOOLKIT = ("-p", "nomocks.testing.plugin")
ISOLATIONS = ("delete", "truncate", "template", "recreate")
REPLACING = (
    "rollback",
    "listener",
    "delete_in_order",
    "engine_per_test",
    "null_pool",
    "migrate",
)
SQLITE = ("sqlite_savepoints", "sqlite_recreate")
SLOW = {"migrate"}  # one test of each kind tells enough, all of them would take minutes
ON_DISK = (REFERENCE, "toolkit", *(f"toolkit_{name}" for name in ISOLATIONS), "migrate")
SLOW_ON_DISK = {"migrate", "toolkit_template"}
MANY = 1000  # tests, where two processes are worth their start


def by_hand(strategy: str, *options: str) -> tuple[str, ...]:
    """pytest's arguments for a strategy of the folder, after these options."""
    return (*options, *BY_HAND, "-p", f"benchmarks.strategies.{strategy}")


# pytest's arguments for each strategy
STRATEGIES = (
    {REFERENCE: BY_HAND, "toolkit": TOOLKIT}
    | {f"toolkit_{name}": (*TOOLKIT, f"--isolation={name}") for name in ISOLATIONS}
    | {name: by_hand(name) for name in (*REPLACING, *SQLITE)}
    | {
        "pytest_postgresql": by_hand("pytest_postgresql", "-p", "pytest_postgresql.plugin"),
        "pglite": by_hand("pglite", "-p", "py_pglite.pytest_plugin"),
    }
)


def available() -> list[str]:
    """The strategies that can run here: py-pglite is optional, and needs Node."""
    pglite = importlib.util.find_spec("py_pglite") and shutil.which("npm")
    return [name for name in STRATEGIES if name != "pglite" or pglite]


def measure(rounds: int) -> list[Figure]:
    """The figures on our server, then those on one with default settings."""
    fast = get_server()
    choice = (
        fast.url.render_as_string(hide_password=False) if fast.kind == "external" else fast.kind
    )
    names = available()
    for missing in STRATEGIES.keys() - names:
        print(f"{missing} is not measured: it is not installed")
    runs = runners(names, choice, SLOW) | {"floor": partial(run_floor, TOOLKIT, choice)}
    pairs = [paired(runs) for _ in range(rounds)]
    figures = summary(pairs, str(fast), whole=set(runs) - SLOW - {"floor"})
    figures += parallel(choice, str(fast), rounds)
    with default_server() as url:
        pairs = [paired(runners(ON_DISK, url, SLOW_ON_DISK)) for _ in range(rounds)]
        embedded = f"{get_server('embedded')}, default settings"
        return figures + summary(pairs, embedded, ", default settings")


Runner = Callable[[], Run]
Pairs = dict[str, tuple[Run, Run]]


def runners(strategies: Iterable[str], server: str, slow: set[str]) -> dict[str, Runner]:
    """How to run each strategy; a slow one runs one test of each kind."""
    return {
        name: partial(run_suite, STRATEGIES[name], server, times=1 if name in slow else 10)
        for name in strategies
    }


def paired(runs: Mapping[str, Runner]) -> Pairs:
    """A round: each strategy's run, and the run of the reference just before it."""
    pairs: Pairs = {}
    for name, run in runs.items():
        reference = runs[REFERENCE]()
        pairs[name] = (reference if name == REFERENCE else run(), reference)
    return pairs


def summary(
    rounds: list[Pairs], postgres: str, where: str = "", whole: Iterable[str] = ()
) -> list[Figure]:
    """Each strategy's milliseconds per test, and the seconds of its ``whole`` process."""

    def of(name: str, suffix: str, unit: str, value: Callable[[Run], float]) -> Figure:
        alone = [value(each[name][0]) for each in rounds]
        before = [value(each[name][1]) for each in rounds]
        against = None if name == REFERENCE else (f"{REFERENCE}{suffix}", before)
        return figure(f"{name}{suffix}", unit, alone, postgres, against)

    figures = [of(name, where, "ms per test", lambda run: run.ms_per_test) for name in rounds[0]]
    for name in rounds[0]:
        if name in whole:
            figures.append(of(name, f"{where}, whole process", "s", lambda run: run.seconds))
    return figures


def parallel(server: str, postgres: str, rounds: int) -> list[Figure]:
    """The whole process with two workers against one process, for 100 tests and for many."""
    figures = []
    for tests in (100, MANY):
        run = partial(run_suite, server=server, times=tests // 10)
        pairs = [
            (run((*TOOLKIT, "-p", "xdist.plugin", "-n", "2")), run(TOOLKIT)) for _ in range(rounds)
        ]
        two, one = ([run.seconds for run in column] for column in zip(*pairs, strict=True))
        alone = f"toolkit, {tests} tests, one process"
        figures.append(figure(alone, "s", one, postgres))
        figures.append(
            figure(f"toolkit, {tests} tests, -n 2", "s", two, postgres, against=(alone, one))
        )
    return figures
