"""Open connections and never log in: each takes a place until its time is up."""

import socket
import struct

import pytest

from tests.attacks.database.conftest import until

MOST = 200


@pytest.fixture
def path(student):
    return f"{student.lent.outside.query['host']}/.s.PGSQL.5432"


@pytest.mark.usefixtures("student")
def test_the_grader_goes_on_and_the_places_are_free_when_the_process_is_dead(
    neighbor, server, template, path
):
    opened = []
    for _ in range(MOST):
        raw = socket.socket(socket.AF_UNIX)
        raw.settimeout(2)
        opened.append(raw)
        try:
            raw.connect(path)
        except OSError:
            break
    assert server.running()
    with server.lend(template):  # needs no new connection
        pass
    for raw in opened:  # as the kernel does with those of a dead process
        raw.close()

    def answers() -> bool:
        try:
            return neighbor.run("SELECT 1") == [(1,)]
        except Exception:
            return False

    until(answers)


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x00" * 1000,
        struct.pack("!i", 2**31 - 1) * 100,
        struct.pack("!i", -1),
        b"GET / HTTP/1.0\r\n\r\n",
        struct.pack("!ii", 8, 80877103),
        struct.pack("!ii", 8, 80877104),
        struct.pack("!ii", 9000, 196608) + b"x" * 9000,
        struct.pack("!ii", 8, 196608 + 99),
    ],
)
def test_what_is_no_login_is_no_harm(student, path, garbage):
    for _ in range(20):
        with socket.socket(socket.AF_UNIX) as raw:
            raw.settimeout(2)
            raw.connect(path)
            try:
                raw.sendall(garbage)
                raw.recv(100)
            except OSError:
                pass
    assert student.run("SELECT 1") == [(1,)]
