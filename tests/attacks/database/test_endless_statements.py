"""Statements that never end, in sessions that switch the server's own limits off."""

import threading

import psycopg
import pytest

from tests.attacks.database.conftest import until

ENDLESS = {
    "sleep": "SELECT pg_sleep(1e6)",
    "join": "SELECT count(*) FROM pg_proc a, pg_proc b, pg_proc c, pg_proc d",
    "recursion": "WITH RECURSIVE r AS (SELECT 1 UNION ALL SELECT 1 FROM r) SELECT count(*) FROM r",
    "loop": "DO $$ BEGIN LOOP NULL; END LOOP; END $$",
    "deaf": """DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(1);
        EXCEPTION WHEN OTHERS OR query_canceled THEN NULL; END; END LOOP; END $$""",
    "search": "SELECT position('b' || repeat('a', 100000) in repeat('a', 30000000))",
    "number": "SELECT max(exp(5999.9 + 1 / n::numeric)) FROM generate_series(1, 1000000) n",
    "factorial": "SELECT factorial(30000) FROM generate_series(1, 100000)",
    "array": "SELECT count(DISTINCT md5(a.oid::text || b.oid)) FROM pg_proc a, pg_proc b",
    "json": """SELECT jsonb_path_query_array(jsonb_agg(n), '$[*] ? (@ > 0)') FROM
        generate_series(1, 1000000) n, generate_series(1, 100)""",
}


@pytest.mark.parametrize("statement", ENDLESS.values(), ids=ENDLESS)
def test_the_grader_ends_them_from_outside(student, server, statement):
    sessions = [student.connect() for _ in range(2)]
    threads = []
    for session in sessions:
        session.execute("SET statement_timeout = 0; SET transaction_timeout = 0")
        session.execute("SET client_connection_check_interval = 0; SET lock_timeout = 0")

        def run(session=session):
            with pytest.raises(psycopg.Error):
                session.execute(statement.encode())

        threads.append(threading.Thread(target=run))
        threads[-1].start()
    busy = "SELECT count(*) FROM pg_stat_activity WHERE usename = %s AND state = 'active'"
    until(lambda: server._session.execute(busy, [student.lent.role]).fetchone() != (0,))
    student.ended_quickly()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def test_a_client_that_does_not_read_its_rows_is_ended_too(student):
    session = student.connect()
    session.pgconn.send_query(b"SELECT repeat('x', 1000) FROM generate_series(1, 100000000)")
    student.ended_quickly()


def test_an_open_copy_is_ended_too(student):
    session = student.connect()
    session.pgconn.exec_(b"COPY users (email) FROM STDIN")
    student.ended_quickly()
