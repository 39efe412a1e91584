"""Follow all changes of the server by replication, or keep its log from being removed."""

import psycopg
import pytest


@pytest.mark.parametrize("kind", ["true", "database"])
def test_there_is_no_such_connection(student, kind):
    with pytest.raises(psycopg.OperationalError, match=r"rejects|permission denied|standby"):
        student.connect(replication=kind)


def test_no_slot_publication_or_subscription_is_made(student):
    student.refused(
        "SELECT pg_create_physical_replication_slot('mine')",
        "SELECT pg_create_logical_replication_slot('mine', 'pgoutput')",
        "SELECT pg_copy_physical_replication_slot('a', 'b')",
        "CREATE PUBLICATION mine FOR TABLE users",
        "CREATE PUBLICATION mine FOR ALL TABLES",
        "CREATE SUBSCRIPTION mine CONNECTION 'host=/pg' PUBLICATION mine",
        "SELECT pg_replication_origin_create('mine')",
        "ALTER TABLE users REPLICA IDENTITY FULL",
        why="permission denied|must be|prerequisite|level",
    )
