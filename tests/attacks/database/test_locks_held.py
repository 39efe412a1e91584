"""Hold locks that the grader needs: on tables, on a database by its name, on one's own role."""

import psycopg
import pytest


def test_locks_on_own_tables_end_with_the_run(student):
    holder = student.connect()
    holder.execute("BEGIN; LOCK users, orders IN ACCESS EXCLUSIVE MODE")
    holder.execute("SELECT pg_advisory_lock(n) FROM generate_series(1, 100) n")
    student.ended_quickly()


def test_catalogs_are_not_locked(student):
    for catalog in ("pg_database", "pg_authid", "pg_class", "pg_auth_members", "pg_shdepend"):
        student.refused(f"LOCK {catalog} IN ACCESS EXCLUSIVE MODE")
        student.refused(f"LOCK {catalog} IN ROW EXCLUSIVE MODE")
    student.refused("SELECT * FROM pg_database FOR UPDATE")


def test_an_own_role_that_is_being_changed_does_not_hold_up_its_end(student):
    holder = student.connect()
    holder.execute("BEGIN")
    holder.execute(f"ALTER ROLE {student.lent.role} PASSWORD 'x'")
    student.ended_quickly()


def test_a_lock_on_a_neighbors_database_delays_its_removal_and_no_more(student, server, template):
    """Whoever sets something for a database holds a light lock on it until he commits."""
    holder, waiting = student.connect(), student.connect()
    holder.execute("BEGIN")
    with server.lend(template) as other:
        holder.execute(
            f"ALTER ROLE {student.lent.role} IN DATABASE {other.role} SET work_mem = '1MB'"
        )
    assert server.running()
    assert server._left == [other.role]
    waiting.execute("SET lock_timeout = 100")
    with pytest.raises(psycopg.Error):
        waiting.execute(f"DROP DATABASE {other.role}")
    student.ended_quickly()


def test_advisory_locks_are_of_one_database(student, neighbor):
    holder = student.connect()
    holder.execute("SELECT pg_advisory_lock(1)")
    assert neighbor.run("SELECT pg_try_advisory_lock(1)") == [(True,)]
