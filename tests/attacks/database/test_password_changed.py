"""Change one's own password or settings, so that the grader can't get in any more."""

import psycopg
import pytest

SETTINGS = (
    "search_path = evil",
    "default_transaction_read_only = on",
    "statement_timeout = 1",
    "role = none",
    "client_encoding = 'SJIS'",
    "log_min_error_statement = panic",
)


def test_it_changes_nothing_for_the_grader(student):
    role = student.lent.role
    student.run(f"ALTER ROLE {role} PASSWORD 'mine'")
    with pytest.raises(psycopg.OperationalError):
        student.connect()
    assert student.connect(password="mine").execute("SELECT 1").fetchone() == (1,)
    student.lent.another()
    student.lent.end()
    with pytest.raises(psycopg.OperationalError):
        student.connect(password="mine")


def test_neither_do_settings_of_the_role(student):
    role = student.lent.role
    for setting in SETTINGS:
        try:
            student.connect(options="-c default_transaction_read_only=off").execute(
                f"ALTER ROLE {role} SET {setting}"
            )
        except psycopg.errors.InsufficientPrivilege:
            assert setting.startswith("log_")
    student.refused("ALTER ROLE builder SET search_path = evil")
    student.refused("ALTER ROLE ALL SET search_path = evil")


def test_a_role_without_a_password_can_only_lock_itself_out(student):
    student.run(f"ALTER ROLE {student.lent.role} PASSWORD NULL")
    with pytest.raises(psycopg.OperationalError):
        student.connect()
