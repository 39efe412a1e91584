"""Act as the owner of the tables: a foreign key is checked with the rights of that role.

The check calls the student's cast, so for a moment the student's code has the owner's rights, in
the student's own database. Nothing that it changes then may reach another run.
"""

import psycopg
import pytest

from nomocks.grading.sandbox.server_settings import BUILDER
from tests.attacks.database.conftest import asked, build

CAST = """
    CREATE TYPE number AS (n int);
    CREATE TABLE notes (text text);
    GRANT ALL ON notes TO PUBLIC;
    CREATE FUNCTION cast_of(x number) RETURNS int LANGUAGE plpgsql AS $f$ BEGIN
        INSERT INTO notes VALUES (current_user);
        {then}
        RETURN x.n; END $f$;
    CREATE CAST (number AS int) WITH FUNCTION cast_of AS IMPLICIT;
    INSERT INTO users (email) VALUES ('a');
    CREATE TABLE mine (n number REFERENCES users (id));
    INSERT INTO mine VALUES (row(1));
"""


@pytest.mark.parametrize(
    "then",
    [
        "EXECUTE 'ALTER ROLE builder PASSWORD ''known''';",
        "EXECUTE 'ALTER ROLE builder SET search_path = evil';",
        "EXECUTE 'ALTER ROLE builder SET default_transaction_read_only = on';",
        "EXECUTE 'DROP OWNED BY builder';",
        "EXECUTE 'CREATE ROLE known LOGIN';",
        "EXECUTE 'GRANT builder TO PUBLIC';",
        "EXECUTE 'SET ROLE postgres';",
    ],
)
def test_it_reaches_no_other_database(student, server, template, then):
    try:
        student.run(CAST.format(then=then))
    except psycopg.Error:
        student.run("SELECT 1")
    for database in (student.lent.role, template, "template1", "postgres"):
        with pytest.raises(psycopg.OperationalError):
            student.connect(user=BUILDER, password="known", dbname=database)
    assert asked(
        server, "SELECT rolcanlogin, rolsuper FROM pg_roles WHERE rolname = %s", BUILDER
    ) == [(False, False)]
    new = server.template(f"after {then}", build)
    changed = server.changed(new, ["ALTER TABLE users ADD COLUMN name text"])
    with server.lend(changed) as lent:
        assert type(student)(lent, server).run("SELECT name FROM users") == []
    server._session.execute("ALTER ROLE builder RESET ALL")
