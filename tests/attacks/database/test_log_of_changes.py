"""Flood the write-ahead log, which has a place of its own."""

import time

import psycopg

SECONDS = 4.0


def test_no_message_is_written_into_it(student):
    student.refused(
        "SELECT pg_logical_emit_message(false, 'x', repeat('x', 100000000))",
        "SELECT pg_logical_emit_message(true, 'x', '\\x00'::bytea)",
        "SELECT pg_switch_wal()",
        "SELECT pg_create_restore_point('mine')",
        "CHECKPOINT",
        "SELECT pg_backup_start('x')",
    )


def test_many_changes_do_not_fill_it(student, server):
    session = student.connect()
    session.execute("CREATE TABLE t (x text); ALTER TABLE t ALTER x SET STORAGE EXTERNAL")
    until = time.monotonic() + SECONDS
    begin = server._session.execute("SELECT pg_current_wal_lsn()").fetchone()[0]
    while time.monotonic() < until:
        try:
            session.execute(
                "INSERT INTO t SELECT repeat('x', 1000000) FROM generate_series(1, 100)"
            )
            session.execute("TRUNCATE t")
        except psycopg.Error:
            break
    assert server.running()
    row = server._session.execute(
        "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), %s), sum(size) FROM pg_ls_waldir()", [begin]
    ).fetchone()
    assert row[0] > row[1] > 0
