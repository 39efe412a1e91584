"""Take all connections of the server."""

import psycopg
import pytest

from nomocks.grading.sandbox.server_settings import CONNECTIONS_OF_RUN


def test_a_role_gets_its_share(student, neighbor, server, template):
    taken = [student.connect() for _ in range(CONNECTIONS_OF_RUN)]
    student.lent.another()
    for database in student.lent.databases:
        with pytest.raises(psycopg.OperationalError, match="too many connections for role"):
            student.connect(dbname=database)
    assert neighbor.run("SELECT 1") == [(1,)]
    with server.lend(template) as following:
        assert type(student)(following, server).run("SELECT 1") == [(1,)]
    assert len(taken) == CONNECTIONS_OF_RUN
    student.ended_quickly()
