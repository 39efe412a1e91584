"""Make a role with more rights, or give oneself more."""

import pytest


@pytest.mark.parametrize("right", ["", "SUPERUSER", "CREATEROLE", "REPLICATION", "BYPASSRLS"])
def test_no_role_is_made(student, right):
    student.refused(f"CREATE ROLE mine LOGIN {right}")


@pytest.mark.parametrize(
    "right",
    [
        "SUPERUSER",
        "CREATEDB",
        "CREATEROLE",
        "REPLICATION",
        "BYPASSRLS",
        "CONNECTION LIMIT -1",
        "VALID UNTIL 'infinity'",
        "NOLOGIN",
        "NOINHERIT",
    ],
)
def test_nobodys_rights_are_changed(student, neighbor, right):
    for role in (student.lent.role, neighbor.lent.role, "students", "builder", "postgres"):
        student.refused(f"ALTER ROLE {role} {right}")


def test_no_other_role_is_dropped_or_renamed(student, neighbor):
    for role in (neighbor.lent.role, "students", "builder"):
        student.refused(f"DROP ROLE {role}", f"ALTER ROLE {role} RENAME TO gone")
        student.refused(f"ALTER ROLE {role} PASSWORD 'known'", f"ALTER ROLE {role} SET a.b = '1'")
    student.refused(f"ALTER ROLE {student.lent.role} RENAME TO other", why="session user")
    student.refused(f"DROP ROLE {student.lent.role}", why="permission denied|cannot be dropped")
    student.refused("ALTER ROLE ALL SET statement_timeout = 1")
