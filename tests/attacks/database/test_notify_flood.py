"""Fill the queue of notifications, which all databases share, with a listener that never reads."""

import psycopg
import pytest

from tests.attacks.database.conftest import asked


def test_it_is_empty_again_after_the_run(student, neighbor, server):
    listener, sender = student.connect(), student.connect()
    listener.execute("LISTEN flood; BEGIN; SELECT 1")
    flood = "SELECT pg_notify('flood', repeat('x', 7900) || n) FROM generate_series(1, 1000) n"
    with pytest.raises(psycopg.Error, match="too many notifications"):
        sender.execute(flood)
    student.ended_quickly()
    with server.lend(student.lent.template):
        pass
    assert asked(server, "SELECT pg_notification_queue_usage()") == [(0.0,)]
    neighbor.run(flood.replace("1000)", "100)"))


def test_no_notification_reaches_another_run(student, neighbor):
    listener = neighbor.connect()
    listener.execute("LISTEN everywhere")
    student.run("NOTIFY everywhere, 'hello'")
    assert list(listener.notifies(timeout=0.3)) == []
