"""Enter databases that are not one's own: the neighbor's, a template's, the administrator's."""

import psycopg
import pytest


@pytest.fixture
def others(neighbor, template):
    return [neighbor.lent.role, template, "postgres", "template0", "template1"]


def test_none_lets_a_student_in(student, others):
    for database in others:
        with pytest.raises(psycopg.OperationalError, match="rejects connection"):
            student.connect(dbname=database)


def test_a_neighbors_name_with_an_own_password_is_refused(student, neighbor):
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        student.connect(user=neighbor.lent.role, dbname=neighbor.lent.role)


def test_several_databases_of_one_run_are_its_own(student, neighbor):
    more = [student.lent.another().name for _ in range(2)]
    for database in more:
        with student.connect(dbname=database) as connection:
            connection.execute("INSERT INTO users (email) VALUES ('a')")
        with pytest.raises(psycopg.OperationalError, match="rejects connection"):
            neighbor.connect(dbname=database)


def test_a_query_across_databases_is_refused(student, neighbor):
    student.refused(f"SELECT * FROM {neighbor.lent.role}.public.users", why="cross-database")
