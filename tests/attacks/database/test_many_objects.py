"""Make so many tables, sequences or files that removing them takes for ever."""

import time

from tests.attacks.database.conftest import QUICK

MOST = 3000


def test_their_removal_is_quick(student, server, template):
    student.run(
        f"DO $$ BEGIN FOR i IN 1..{MOST} LOOP EXECUTE 'CREATE TABLE t' || i || ' (n int PRIMARY"
        " KEY)'; IF i % 100 = 0 THEN COMMIT; END IF; END LOOP; END $$"
    )
    began = time.monotonic()
    student.lent.end()
    with server.lend(template):
        pass
    assert time.monotonic() - began < QUICK


def test_snapshots_that_are_exported_go_with_their_session(student):
    session = student.connect()
    session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    for _ in range(1000):
        session.execute("SELECT pg_export_snapshot()")
    student.ended_quickly()


def test_a_run_gets_no_more_databases_than_it_may(student):
    import pytest

    from nomocks.postgres import PostgresError

    for _ in range(20):
        student.lent.another()
    with pytest.raises(PostgresError, match="A run may use 20 databases besides its first"):
        student.lent.another()
