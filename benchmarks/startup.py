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

import psycopg

from benchmarks.figures import Figure, figure
from nomocks.postgres import PostgresError, get_server
from nomocks.postgres.binaries import find_binaries
from nomocks.postgres.engine import find_engine, wanted_image
from nomocks.postgres.folders import server_account
from nomocks.postgres.lifetime import has_warden

ROUNDS = 7
BY_HAND_NAME, ALONE = "initdb and pg_ctl", "testcontainers alone"
TESTS = 5  # of which each gets a container, or all get the same one
EACH, SHARED = "a container for each test", "a container for all tests"
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
PER_TEST = """
import sys, time
from contextlib import ExitStack, contextmanager
import psycopg
from testcontainers.community.postgres import PostgresContainer
image, tests = sys.argv[1], int(sys.argv[2])
@contextmanager
def container():
    with PostgresContainer(image, driver=None) as postgres:
        yield postgres.get_connection_url()
def ask(url):
    with psycopg.connect(url) as connection:
        connection.execute("SELECT 1").fetchone()
start = time.perf_counter()
for _ in range(tests):
    with container() as url:
        ask(url)
print((time.perf_counter() - start) / tests)
start = time.perf_counter()
with container() as url:
    for _ in range(tests):
        ask(url)
print((time.perf_counter() - start) / tests)
"""
COMPOSE_FILE = """
services:
  db:
    image: {image}
    environment:
      POSTGRES_PASSWORD: only-for-tests
    {tmpfs}
    ports: ["127.0.0.1::5432"]
    healthcheck:
      test: ["CMD", "pg_isready", "--host", "127.0.0.1", "--username", "postgres"]
      interval: 200ms
      timeout: 2s
      retries: 300
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


def compose_command() -> list[str]:
    """Compose, as a command of its own or as Docker's; nothing where there is none."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]):
            asked = subprocess.run([*command, "version"], capture_output=True, check=False)
            if asked.returncode == 0:
                return command
    return []


def compose_version() -> str:
    asked = [*compose_command(), "version", "--short"]
    done = subprocess.run(asked, check=True, capture_output=True, text=True)
    return f"Compose {done.stdout.strip()}"


def composed(scratch: Path, image: str) -> Iterator[tuple[str, float]]:
    """`up`, healthy, and the first query: on disk, in memory, and again while it runs."""
    major = int(image.rpartition(":")[2].split(".")[0])
    volume = "/var/lib/postgresql" if major >= 18 else "/var/lib/postgresql/data"
    for where, tmpfs in (("on disk", ""), ("tmpfs", f"tmpfs: [{volume}]")):
        folder = Path(tempfile.mkdtemp(dir=scratch))
        file = folder / "compose.yaml"
        file.write_text(COMPOSE_FILE.format(image=image, tmpfs=tmpfs), "utf-8")
        command = [*compose_command(), "--project-name", folder.name, "--file", str(file)]
        try:
            yield f"Compose, {where}", first_query_of(command)
            if tmpfs:
                yield "Compose, running", first_query_of(command)
        finally:
            down = [*command, "down", "--volumes"]
            subprocess.run(down, check=True, capture_output=True)


def first_query_of(compose: list[str]) -> float:
    """The seconds that the service of a Compose file takes to answer."""

    def ask(*command: str) -> str:
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    start = time.perf_counter()
    ask(*compose, "up", "--detach")
    service = ask(*compose, "ps", "--quiet", "db")
    while ask("docker", "inspect", "--format", "{{.State.Health.Status}}", service) != "healthy":
        if time.perf_counter() > start + 60:
            raise SystemExit("the service of the Compose file did not become healthy")
        time.sleep(0.05)
    address = ask(*compose, "port", "db", "5432")
    with psycopg.connect(f"postgresql://postgres:only-for-tests@{address}/postgres") as connection:
        connection.execute("SELECT 1").fetchone()
    return time.perf_counter() - start


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
        with process(PER_TEST, image, str(TESTS)) as (each, shared):
            seconds |= {EACH: float(each), SHARED: float(shared)}
        if compose_command():
            seconds |= dict(composed(scratch, image))
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
        contained = what.startswith(("container", "a container", "Compose", ALONE))
        other = SHARED if what == EACH else ALONE if contained else BY_HAND_NAME
        against = None if what == other else (other, seconds[other])
        postgres = f"{image} by {compose_version()}" if what.startswith("Compose") else image
        figures.append(figure(what, "s", took, postgres if contained else embedded, against))
    return figures


def available(look: Callable[[], bool]) -> bool:
    try:
        return look()
    except PostgresError:
        return False
