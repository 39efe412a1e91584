"""Become somebody else within a session."""

import psycopg
import pytest

ROLES = ("postgres", "builder", "students", "pg_read_all_data", "pg_execute_server_program")


def test_no_other_role_is_taken(student, neighbor):
    for role in (*ROLES, neighbor.lent.role):
        student.refused(f"SET ROLE {role}", f"SET SESSION AUTHORIZATION {role}")
        student.refused(f"DO $$ BEGIN PERFORM set_config('role', '{role}', false); END $$")
        student.refused(f"GRANT {role} TO {student.lent.role}")


def test_nor_at_the_start_of_a_session(student):
    for option in ("-c role=postgres", "-c session_authorization=postgres", "-c role=builder"):
        with pytest.raises(psycopg.OperationalError, match=r"permission denied|cannot be set"):
            student.connect(options=option)


def test_an_own_function_runs_with_own_rights_only(student, neighbor):
    student.run(
        "CREATE FUNCTION rise() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$"
        " BEGIN EXECUTE 'ALTER ROLE ' || current_user || ' SUPERUSER'; END $$"
    )
    student.refused(
        "SELECT rise()",
        f"ALTER FUNCTION rise() OWNER TO {neighbor.lent.role}",
        "ALTER FUNCTION rise() OWNER TO builder",
        "ALTER FUNCTION rise() OWNER TO students",
    )
