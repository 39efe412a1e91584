"""Come back as soon as a session is ended, by many threads at once, to outlive the run."""

import contextlib
import threading

import psycopg

from tests.attacks.database.conftest import until


def test_nobody_is_back_after_the_end(student, server):
    stop = threading.Event()
    logins = []

    def come_back():
        while not stop.is_set():
            with contextlib.suppress(psycopg.Error), student.connect() as connection:
                logins.append(1)
                connection.execute("SELECT pg_sleep(10)")

    threads = [threading.Thread(target=come_back) for _ in range(6)]
    for thread in threads:
        thread.start()
    try:
        until(lambda: len(logins) >= 6)
        student.ended_quickly()
        there = "SELECT count(*) FROM pg_stat_activity WHERE usename = %s AND datname IS NOT NULL"
        until(lambda: server._session.execute(there, [student.lent.role]).fetchone() == (0,), 2)
    finally:
        stop.set()
        for thread in threads:
            thread.join(20)
