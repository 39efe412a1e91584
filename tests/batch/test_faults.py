"""``nomocks grade`` killed, stopped, without its server, on a full disk: it ends with the same."""

import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from sqlalchemy import Engine, event

from tests.batch.calls import SIZE, Class, arguments, grade, kept, runs
from tests.batch.classes import answer, hand_in, seen_in
from tests.postgres.homes import Home, new_home

PATIENCE = 60  # seconds
START = "from nomocks.cli import main; main()"


def start(
    submitted: Path, into: Path, environment: dict[str, str] | None = None
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", START, *arguments(submitted, into, "--resume")],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_for(number: int, into: Path, process: subprocess.Popen[str]) -> None:
    """Wait until so many submissions are kept, or the process has ended."""
    deadline = time.monotonic() + PATIENCE
    while kept(into) < number and process.poll() is None:
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_and_resumed_it_ends_with_the_same(
    students: Class, tmp_path: Path, seed: int
) -> None:
    chance, into = random.Random(seed), tmp_path / "killed"
    for number in sorted(chance.sample(range(SIZE), 3)):
        process = start(students.submitted, into)
        wait_for(number, into, process)
        time.sleep(chance.random() / 2)
        process.kill()
        process.communicate()
    result = grade(students.submitted, into, "--resume")
    assert result.exit_code == 0, result.output
    assert seen_in(into) == students.whole


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_end_it_says_how_to_go_on(students: Class, tmp_path: Path, number: int) -> None:
    into = tmp_path / "stopped"
    process = start(students.submitted, into)
    wait_for(2, into, process)
    process.send_signal(number)
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 128 + number, said
    assert "--resume to go on." in said
    assert "Traceback" not in said
    assert 2 <= kept(into) < SIZE
    before = runs(into)
    assert grade(students.submitted, into, "--resume").exit_code == 0
    assert seen_in(into) == students.whole
    assert before.items() <= runs(into).items()  # nothing was graded again


def test_a_server_that_is_killed_costs_nobody_a_mark(students: Class, tmp_path: Path) -> None:
    home, into = new_home(NOMOCKS_POSTGRES="embedded"), tmp_path / "without-server"
    try:
        process = start(students.submitted, into, home.environment)
        for number in (1, 5):
            wait_for(number, into, process)
            kill_server(home)
        said, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, said
        assert seen_in(into) == students.whole
    finally:
        home.close()


def kill_server(home: Home) -> None:
    """Kill PostgreSQL with all of its sessions."""
    server = home.postmaster()
    for one in [server, *server.children(recursive=True)]:
        try:
            one.kill()
        except psutil.NoSuchProcess:
            continue


@contextmanager
def disk_with_room_for(pages: int) -> Iterator[None]:
    """A block in which SQLite finds the disk full beyond so many pages."""

    def limit(connection: object, _: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(Engine, "connect", limit)
    try:
        yield
    finally:
        event.remove(Engine, "connect", limit)


def test_on_a_full_disk_it_ends_with_one_sentence_and_goes_on_when_there_is_room(
    few: Path, tmp_path: Path
) -> None:
    into = tmp_path / "full"
    for number in range(4):  # so that what is kept of one fills pages
        hand_in(few, f"student-{number:02}", answer(number) + NOISE)
    with disk_with_room_for(14):
        result = grade(few, into)
    assert result.exit_code == 2, result.output
    (said,) = [line for line in result.output.splitlines() if "disk is full" in line]
    assert said.endswith("go on with --resume.")
    assert 0 < kept(into) < 4
    before = runs(into)
    assert grade(few, into, "--resume").exit_code == 0
    assert before.items() <= runs(into).items()
    grade(few, tmp_path / "roomy")
    assert seen_in(into) == seen_in(tmp_path / "roomy")


NOISE = "".join(
    f"""
async def test_with_a_long_name_that_takes_room_in_the_store_number_{number}(session):
    assert 1 == 1
"""
    for number in range(8)
)
