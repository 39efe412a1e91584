"""Look for secrets in what the server tells of itself and of others."""

import os
import platform


def test_passwords_are_not_shown(student):
    student.refused(
        "SELECT * FROM pg_authid",
        "SELECT * FROM pg_shadow",
        "SELECT * FROM pg_user_mapping",
        "SELECT subconninfo FROM pg_subscription",
        "SELECT * FROM pg_statistic",
        "SELECT * FROM pg_largeobject",
        "SELECT * FROM pg_backend_memory_contexts",
        "SELECT pg_log_backend_memory_contexts(1)",
        "SELECT pg_current_logfile()",
    )
    assert student.run("SELECT DISTINCT passwd FROM pg_user") == [("********",)]


def test_statements_of_others_are_not_shown(student, neighbor):
    theirs = neighbor.connect()
    theirs.execute("SELECT 'my answer'")
    seen = student.run("SELECT query FROM pg_stat_activity WHERE usename <> current_user")
    assert seen
    assert {query for (query,) in seen} <= {"<insufficient privilege>", ""}


def test_the_settings_tell_no_path(student):
    names = [name for (name,) in student.run("SELECT name FROM pg_settings")]
    assert "shared_buffers" in names
    assert not {"data_directory", "config_file", "hba_file", "unix_socket_directories"} & {*names}
    student.refused("SHOW data_directory", "SHOW hba_file", "SELECT current_setting('config_file')")


def test_the_marks_of_databases_tell_nothing_of_this_machine(student):
    marks = " ".join(mark for (mark,) in student.run("SELECT description FROM pg_shdescription"))
    assert student.lent.role in marks
    assert platform.node() not in marks
    assert f'"pid": {os.getpid()}' not in marks
