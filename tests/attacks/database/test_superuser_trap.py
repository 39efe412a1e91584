"""Wait in views, defaults, triggers and indexes until the superuser comes by, and rise then.

The administrator never enters the database of a run, and no background worker does.
"""

import time

from tests.attacks.database.conftest import asked

TRAP = """
    CREATE FUNCTION trap(x text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
        IF current_setting('is_superuser') = 'on' THEN
            EXECUTE format('ALTER ROLE %I SUPERUSER', '{role}');
        END IF;
        RETURN x; END $$;
    CREATE FUNCTION trapped() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM trap('x'); RETURN NEW; END $$;
    CREATE TABLE bait (x text DEFAULT trap('x'), CHECK (trap(x) IS NOT NULL));
    CREATE INDEX ON bait (trap(x));
    CREATE VIEW shown AS SELECT trap('x');
    CREATE MATERIALIZED VIEW held AS SELECT trap(x) FROM bait;
    CREATE TRIGGER t BEFORE INSERT OR UPDATE OR DELETE ON users FOR EACH ROW
        EXECUTE FUNCTION trapped();
    CREATE POLICY p ON bait USING (trap(x) = x);
    ALTER TABLE bait ENABLE ROW LEVEL SECURITY;
    CREATE OPERATOR = (leftarg = text, rightarg = name, function = trap_of)
"""


def test_no_superuser_ever_falls_into_it(student, server):
    trap = TRAP.format(role=student.lent.role).rpartition(";")[0]
    student.run(trap, "INSERT INTO bait SELECT 'x' FROM generate_series(1, 1000)", "ANALYZE bait")
    assert server._session.info.dbname == "postgres"
    time.sleep(1.5)
    others = asked(
        server,
        "SELECT datname, backend_type FROM pg_stat_activity WHERE usename = 'postgres' OR"
        " backend_type LIKE 'autovacuum%%'",
    )
    assert others == [("postgres", "client backend")]
    student.lent.end()
    is_superuser = "SELECT rolsuper FROM pg_roles WHERE rolname = %s"
    assert asked(server, is_superuser, student.lent.role) == [(False,)]
