"""End or cancel the sessions of others: the neighbor's, the administrator's, the server's own."""

import socket
import struct

import psycopg
import pytest

from tests.attacks.database.conftest import asked


@pytest.mark.parametrize("function", ["pg_terminate_backend", "pg_cancel_backend"])
def test_only_own_sessions_can_be_ended(student, neighbor, server, function):
    theirs = neighbor.connect()
    backends = asked(server, "SELECT pid, usename FROM pg_stat_activity")
    assert len(backends) >= 3
    for pid, user in backends:
        if user:
            student.refused(f"SELECT {function}({pid})", why="permission denied")
        else:  # a process of the server's own
            assert student.run(f"SELECT {function}({pid})") == [(False,)]
    assert theirs.execute("SELECT 1").fetchone() == (1,)
    assert server.running()


def test_an_own_session_can_be_ended_as_the_toolkit_does(student):
    forgotten = student.connect()
    pid = forgotten.info.backend_pid
    assert student.run(f"SELECT pg_terminate_backend({pid}, 2000)") == [(True,)]
    with pytest.raises(psycopg.OperationalError):
        forgotten.execute("SELECT 1")


def test_a_cancel_request_with_a_guessed_key_does_nothing(student, neighbor):
    theirs = neighbor.connect()
    with theirs.pipeline():
        pending = theirs.execute("SELECT pg_sleep(1), 7")
        for key in range(100):
            with socket.socket(socket.AF_UNIX) as raw:
                raw.connect(f"{student.lent.outside.query['host']}/.s.PGSQL.5432")
                pid = theirs.info.backend_pid
                raw.sendall(struct.pack("!iiii", 16, 80877102, pid, key))
                raw.recv(1)
        assert pending.fetchone()[1] == 7
