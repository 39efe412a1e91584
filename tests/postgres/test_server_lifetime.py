"""One server for all who want it, from the first to the last of them, however they end."""

import os
import signal
import time
from pathlib import Path

from homes import Home, User, new_home, wait_until

from nomocks.postgres.warden import LINGER

TIME = """
import time
from nomocks.postgres import get_server
from nomocks.postgres.connection import connected, scalar
start = time.perf_counter()
with connected(get_server("embedded").url) as connection:
    assert scalar(connection, "SELECT 1") == 1
print(time.perf_counter() - start)
"""
PARALLEL = """
from concurrent.futures import ThreadPoolExecutor
from nomocks.postgres import get_server
with ThreadPoolExecutor(8) as pool:
    print(len({get_server("embedded").url for _ in pool.map(get_server, ["embedded"] * 8)}))
"""
FORK = """
import os, sys, time
from nomocks.postgres import get_server
server = get_server("embedded")
if os.fork():
    os._exit(0)
os.close(1)
sys.stdin.read()
"""
EXECUTE = """
import subprocess
from nomocks.postgres import get_server
server = get_server("embedded")
nowhere = subprocess.DEVNULL
print(subprocess.Popen(["sleep", "30"], stdout=nowhere, stderr=nowhere).pid)
"""
FORKED_USER = """
import multiprocessing
from nomocks.postgres import get_server

def work(_):
    with get_server("embedded").create_database() as database:
        return database.name

if __name__ == "__main__":
    get_server("embedded")
    with multiprocessing.get_context("fork").Pool(4) as pool:
        print(len(set(pool.map(work, range(12)))))
"""
REPLACED = """
import json, os
from pathlib import Path
import psutil
from nomocks.postgres import get_server
server = get_server("embedded")
(state,) = Path(os.environ["NOMOCKS_HOME"]).glob("run/*/state.json")
data = Path(json.loads(state.read_text())["data"])
server_process = psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
server_process.kill()
server_process.wait()
with get_server("embedded").create_database() as database:
    print(database.name, data.exists())
"""


def within(seconds: float) -> float:
    """The limit on a machine that has nothing else to do, stretched by what it has to do."""
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def test_the_first_query_comes_within_a_second_of_a_cold_start(used_homes: list[Home]) -> None:
    homes = [new_home() for _ in range(2)]
    used_homes.extend(homes)
    assert min(float(home.run(TIME)) for home in homes) < within(1.0)


def test_the_first_query_comes_within_300_ms_from_a_cached_cluster(home: Home) -> None:
    times = []
    for _ in range(3):
        times.append(float(home.run(TIME)))
        wait_until(home.is_quiet)
    assert min(times) < within(0.3)


def test_attaching_to_a_running_server_takes_under_20_ms(home: Home) -> None:
    user = home.user()
    assert min(float(home.run(TIME)) for _ in range(5)) < within(0.02)
    user.end()


def test_processes_share_one_server(home: Home) -> None:
    first, second = home.user(), home.user()
    assert first.url == second.url
    first.end()
    second.end()


def test_a_server_serves_until_its_last_user_ends(home: Home) -> None:
    first, second = home.user(), home.user()
    server, data = home.postmaster(), Path(home.state()["data"])
    first.end()
    time.sleep(LINGER + 0.5)
    assert server.is_running()
    second.end()
    wait_until(lambda: not server.is_running())
    wait_until(home.is_quiet)
    assert not data.exists()


def test_a_server_ends_after_its_last_user_was_killed(home: Home) -> None:
    user = home.user()
    server, data = home.postmaster(), Path(home.state()["data"])
    user.kill()
    wait_until(lambda: not server.is_running())
    wait_until(lambda: not data.exists())


def test_a_process_notices_that_its_server_was_killed(home: Home) -> None:
    name, old_data_is_left = home.run(REPLACED).split()
    assert name.startswith("nomocks_test_")
    assert old_data_is_left == "False"


def test_a_server_that_lost_its_warden_gets_a_new_one(home: Home) -> None:
    user = home.user()
    warden, server = home.warden(), home.postmaster()
    warden.send_signal(signal.SIGKILL)
    wait_until(lambda: not warden.is_running())
    user.kill()
    assert server.is_running()
    heir = home.user()
    assert home.postmaster() == server
    heir.end()
    wait_until(lambda: not server.is_running())


def test_what_a_kill_of_everything_left_is_removed_by_the_next_start(home: Home) -> None:
    user = home.user()
    warden, server, data = home.warden(), home.postmaster(), Path(home.state()["data"])
    for process in (warden, server, user.process):
        process.send_signal(signal.SIGKILL)
    wait_until(lambda: not server.is_running() and not warden.is_running())
    user.end()
    assert data.exists()
    heir = home.user()
    assert not data.exists()
    heir.end()


def test_a_hung_server_is_replaced(home: Home) -> None:
    user = home.user()
    server = home.postmaster()
    server.send_signal(signal.SIGSTOP)
    heir = home.user()
    assert home.postmaster() != server
    assert not server.is_running()
    user.end()
    heir.end()


def test_parallel_first_users_start_one_server(empty_home: Home) -> None:
    home = empty_home
    users = [User(home, "embedded") for _ in range(6)]
    assert len({user.url for user in users}) == 1
    for user in users:
        user.end()
    assert len(list((home.path / "cache").glob("cluster-*"))) == 1
    assert not list((home.path / "cache").glob("building-*"))


def test_threads_get_the_same_server(home: Home) -> None:
    assert home.run(PARALLEL) == "1"


def test_forked_children_make_databases_of_their_own(home: Home) -> None:
    assert home.run(FORKED_USER) == "12"


def test_a_forked_child_is_a_user_too(home: Home) -> None:
    child = home.start(FORK)
    wait_until(lambda: any(home.path.glob("run/*/state.json")))
    child.wait()
    server = home.postmaster()
    time.sleep(LINGER + 0.5)
    assert server.is_running()
    child.communicate()
    wait_until(lambda: not server.is_running())


def test_a_program_started_by_a_user_is_no_user(home: Home) -> None:
    sleeper = int(home.run(EXECUTE))
    wait_until(home.is_quiet, limit=10)
    os.kill(sleeper, signal.SIGKILL)
