"""Grant a neighbor rights on one's own tables: a role that has any can't be dropped."""

from tests.attacks.database.conftest import asked


def test_it_delays_the_removal_and_no_more(student, server, template):
    with server.lend(template) as other:
        student.run(
            f"CREATE TABLE trap (n int); GRANT ALL ON trap TO {other.role};"
            f"ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO {other.role};"
            f"CREATE POLICY p ON trap TO {other.role}"
        )
    assert server.running()
    assert asked(server, "SELECT datname FROM pg_database WHERE datname = %s", other.role) == []
    assert server._left == [other.role]


def test_a_grant_that_is_not_committed_neither(student, server, template):
    holder = student.connect()
    with server.lend(template) as other:
        holder.execute(f"CREATE TABLE trap (n int); BEGIN; GRANT ALL ON trap TO {other.role}")
    assert server.running()
