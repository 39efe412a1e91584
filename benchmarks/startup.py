"""Time to the first query, for each source of PostgreSQL, beside what one would do without us.

Imports are not counted: a process that tests has them anyway.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.figures import Figure, figure
from nomocks.postgres import PostgresError, get_server
from nomocks.postgres.binaries import find_binaries
from nomocks.postgres.engine import find_engine, wanted_image
from nomocks.postgres.folders import server_account
from nomocks.postgres.lifetime import has_warden

ROUNDS = 7
BY_HAND_NAME, ALONE = "initdb and pg_ctl", "testcontainers alone"
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


def measure_round(scratch: Path, home: Path, image: str) -> dict[str, float]:
    """The seconds of each source, one after the other. No image: none of a container."""
    seconds = {f"embedded, {what}": took for what, took in first_queries(home, "embedded")}
    seconds["embedded, first ever"] = seconds.pop("embedded, start")
    again = dict(first_queries(home, "embedded"))
    seconds["embedded, kept cluster"] = again["start"]
    seconds["URL"] = external(home)
    seconds[BY_HAND_NAME] = by_hand(scratch)
    if image:
        seconds |= {f"container, {what}": took for what, took in first_queries(home, "container")}
        with process(PLAIN_TESTCONTAINERS, image) as (alone, _):
            seconds[ALONE] = float(alone)
    return seconds


def measure(rounds: int) -> list[Figure]:
    """The seconds to the first query of each source, and of what one would do without us."""
    image = wanted_image() if available(lambda: find_engine().has_image(wanted_image())) else ""
    measured = []
    with tempfile.TemporaryDirectory(prefix="nm-bench-", dir="/tmp") as folder:
        scratch = Path(folder)
        scratch.chmod(0o711)
        for number in range(rounds):
            home = scratch / f"h{number}"
            home.mkdir(mode=0o711)
            measured.append(measure_round(scratch, home, image))
    seconds = {what: [each[what] for each in measured] for what in measured[0]}
    embedded = get_server("embedded")
    figures = []
    for what, took in seconds.items():
        contained = what.startswith(("container", ALONE))
        other = ALONE if contained else BY_HAND_NAME
        against = None if what == other else (other, seconds[other])
        figures.append(figure(what, "s", took, image if contained else embedded, against))
    return figures


def available(look: Callable[[], bool]) -> bool:
    try:
        return look()
    except PostgresError:
        return False
