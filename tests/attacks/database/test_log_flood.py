"""Fill the disk with the server's messages: by warnings, by plans, by failed logins."""

import contextlib

import psycopg

from nomocks.grading.sandbox import postgres


def test_a_student_writes_nothing_into_the_log(student, server):
    before = server._log.stat().st_size
    session = student.connect()
    session.execute("SET client_min_messages = error; SET debug_print_parse = on")
    session.execute("SET debug_print_plan = on; SET debug_print_rewritten = on")
    for level in ("LOG", "WARNING", "NOTICE", "DEBUG"):
        session.execute(
            f"DO $$ BEGIN FOR i IN 1..1000 LOOP RAISE {level} '%', repeat('x', 1000);"
            " END LOOP; END $$"
        )
    for statement in ("SELECT 1/0", "syntax", "SELECT * FROM nowhere"):
        with contextlib.suppress(psycopg.Error):
            session.execute(statement)
    assert server._log.stat().st_size == before


def test_failed_logins_are_not_kept_for_ever(student, server, template, monkeypatch):
    monkeypatch.setattr(postgres, "LARGEST_LOG", 2000)
    for _ in range(100):
        with contextlib.suppress(psycopg.OperationalError):
            student.connect(password="x" * 100)
    assert server._log.stat().st_size > 2000
    with server.lend(template):
        pass
    assert server._log.stat().st_size < 2000
