"""Fill the server's table of locks, which all sessions share."""

import psycopg
import pytest


def test_it_is_free_again_when_the_run_has_ended(student):
    student.may_end_the_server = True  # to end others, the administrator needs a lock as well
    holder = student.connect()
    with pytest.raises(psycopg.errors.OutOfMemory, match="shared memory"):
        holder.execute("SELECT count(pg_advisory_lock(n)) FROM generate_series(1, 1000000) n")
    student.ended_quickly()


def test_predicate_locks_too(student):
    connection = student.connect()
    connection.execute("CREATE TABLE t AS SELECT n FROM generate_series(1, 50000) n")
    connection.execute("CREATE INDEX ON t (n)")
    connection.execute("BEGIN ISOLATION LEVEL SERIALIZABLE; SET enable_seqscan = off")
    connection.execute(
        "DO $$ BEGIN FOR i IN 1..20000 LOOP PERFORM FROM t WHERE n = i; END LOOP; END $$"
    )
    student.ended_quickly()
