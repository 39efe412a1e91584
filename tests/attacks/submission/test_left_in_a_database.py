"""What a submission leaves in a database for the next one, were it given the same.

Each attack commits something. Whoever comes next must find every database as the grader made it.
"""

import pytest

from tests.attacks.conftest import Attack

COMMITTED = """\
import psycopg

def test_leaves(engine):
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET lock_timeout = '1s'")
        for statement in STATEMENTS:
            try:
                connection.execute(statement)
            except psycopg.Error:
                pass
"""
# Each gives rows only where somebody was there before.
LOOKS = r'''
LOOKS = {
    "rows of users": "SELECT email FROM users",
    "sequences": """SELECT sequencename FROM pg_sequences
        WHERE last_value IS NOT NULL OR (start_value, increment_by, cache_size) <> (1, 1, 1)""",
    "settings": """SELECT setconfig FROM pg_db_role_setting WHERE setdatabase IN
        (0, (SELECT oid FROM pg_database WHERE datname = current_database()))""",
    "settings of this session": """SELECT name FROM pg_settings
        WHERE source IN ('database', 'user', 'database user')""",
    "path": "SELECT 1 WHERE current_setting('search_path') <> '\"$user\", public'",
    "owned": """SELECT relname::text FROM pg_class WHERE pg_get_userbyid(relowner) LIKE '%run%'
        UNION ALL SELECT proname FROM pg_proc WHERE pg_get_userbyid(proowner) LIKE '%run%'
        UNION ALL SELECT typname FROM pg_type WHERE pg_get_userbyid(typowner) LIKE '%run%'
        UNION ALL SELECT nspname FROM pg_namespace WHERE pg_get_userbyid(nspowner) LIKE '%run%'
        UNION ALL SELECT oprname FROM pg_operator WHERE pg_get_userbyid(oprowner) LIKE '%run%'""",
    "owned by none": """SELECT relname FROM pg_class
        WHERE pg_get_userbyid(relowner) LIKE 'unknown%'""",
    "schemas": """SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'
        AND nspname NOT IN ('public', 'information_schema')""",
    "functions": """SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace""",
    "triggers": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    "rules": """SELECT rulename FROM pg_rewrite WHERE rulename <> '_RETURN'
        AND ev_class::regclass::text NOT LIKE 'pg\\_%'""",
    "policies": "SELECT polname FROM pg_policy",
    "row security": "SELECT relname FROM pg_class WHERE relrowsecurity OR relforcerowsecurity",
    "options": """SELECT relname FROM pg_class WHERE reloptions IS NOT NULL
        AND relnamespace = 'public'::regnamespace""",
    "comments": """SELECT description FROM pg_description WHERE objoid >= 16384
        OR (classoid = 'pg_namespace'::regclass AND objoid = 'public'::regnamespace
            AND description <> 'standard public schema')""",
    "shared comments": "SELECT description FROM pg_shdescription WHERE description LIKE '%left%'",
    "privileges": """SELECT relname FROM pg_class WHERE relacl::text ~ '(^|[,{])=|run_'
        AND relnamespace = 'public'::regnamespace UNION ALL
        SELECT attname FROM pg_attribute WHERE attacl IS NOT NULL AND attrelid >= 16384""",
    "default privileges": "SELECT defaclacl FROM pg_default_acl WHERE defaclacl::text LIKE '%run%'"
        " OR pg_get_userbyid(defaclrole) LIKE '%run%'",
    "large objects": "SELECT oid FROM pg_largeobject_metadata",
    "event triggers": "SELECT evtname FROM pg_event_trigger",
    "extensions": "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'",
    "casts": "SELECT castfunc FROM pg_cast WHERE oid >= 16384",
    "statistics": "SELECT tablename FROM pg_stats WHERE schemaname = 'public'",
    "more statistics": "SELECT stxname FROM pg_statistic_ext",
    "publications": "SELECT pubname FROM pg_publication",
    "targets of columns": """SELECT attname FROM pg_attribute WHERE attrelid >= 16384
        AND (attstattarget > 0 OR attoptions IS NOT NULL OR attisdropped)""",
    "sizes": """SELECT relname FROM pg_class WHERE relkind = 'r'
        AND relnamespace = 'public'::regnamespace
        AND (pg_relation_size(oid) > 0 OR relpages > 0 OR reltuples > 0
            OR pg_relation_size(reltoastrelid) > 0)""",
    "temporary tables": "SELECT relname FROM pg_class WHERE relpersistence = 't'",
    "not logged": "SELECT relname FROM pg_class WHERE relpersistence = 'u'",
    "locks": "SELECT objid FROM pg_locks WHERE locktype = 'advisory'",
    "listening": "SELECT pg_listening_channels()",
    "statements": "SELECT name FROM pg_prepared_statements WHERE statement LIKE '%left%'",
    "cursors": "SELECT name FROM pg_cursors WHERE name LIKE 'left%'",
    "sessions": """SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'
        AND datname = current_database() AND usename <> CURRENT_USER""",
    "roles": "SELECT rolname FROM pg_roles WHERE rolname LIKE '%left%'"
        " OR (rolconfig IS NOT NULL AND rolname = CURRENT_USER)",
    "languages and wrappers": "SELECT fdwname FROM pg_foreign_data_wrapper",
    "searches": "SELECT cfgname FROM pg_ts_config WHERE oid >= 16384",
    "collations": "SELECT collname FROM pg_collation WHERE oid >= 16384",
}
'''
FOUND = """\
import psycopg

LOOKED = set()

def test_finds(engine):
    if engine.url.database in LOOKED:
        return  # what is found the second time is one's own
    LOOKED.add(engine.url.database)
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        found = {name: connection.execute(query).fetchall() for name, query in LOOKS.items()}
        with connection.transaction(force_rollback=True):
            first = connection.execute("INSERT INTO users (email, name) "
                "VALUES ('a@b.c', 'A') RETURNING id, ctid::text").fetchone()
    found = {name: rows for name, rows in found.items() if rows}
    assert not found, found
    assert first == (1, "(0,1)"), first
"""
AT_ONCE = """\
import psycopg

def test_finds(engine):
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET lock_timeout = '1s'")
        for statement in STATEMENTS:
            try:
                connection.execute(statement)
            except psycopg.Error:
                pass
        found = []
        for name, query in LOOKS.items():
            try:
                if connection.execute(query).fetchall():
                    found.append(name)
            except psycopg.Error as error:
                found.append(type(error).__name__)
    raise RuntimeError(found)
"""
LEAVINGS = {
    "rows": ["INSERT INTO users (email, name) VALUES ('left@b.c', 'left')"],
    "rows that are gone": [
        "INSERT INTO users (email, name) SELECT n || '@b.c', 'left' FROM generate_series(1, 99) n",
        "DELETE FROM users",
    ],
    "rows of a transaction that fails": [
        "DO $$ BEGIN INSERT INTO users (email, name) VALUES ('a@b.c', 'A'); RAISE 'x'; END $$"
    ],
    "sequences": ["SELECT setval(oid, 1000) FROM pg_class WHERE relkind = 'S'"],
    "the next of sequences": ["SELECT nextval(oid) FROM pg_class WHERE relkind = 'S'"],
    "options of sequences": [
        "ALTER TABLE users ALTER id SET INCREMENT BY 7 SET CACHE 50",
        "ALTER SEQUENCE users_id_seq INCREMENT BY 7 CACHE 50",
    ],
    "settings": [
        "ALTER ROLE CURRENT_USER SET search_path = 'left'",
        "ALTER ROLE CURRENT_USER SET default_transaction_read_only = on",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = a', current_database());"
        " END $$",
        "ALTER ROLE ALL SET search_path = 'left'",
        "DO $$ BEGIN EXECUTE format('ALTER ROLE %I IN DATABASE %I SET search_path = a',"
        " CURRENT_USER, current_database()); END $$",
        "ALTER ROLE builder SET search_path = 'left'",
        "ALTER ROLE students SET search_path = 'left'",
    ],
    "comments": [
        f"COMMENT ON {what} IS 'left'"
        for what in ("TABLE users", "COLUMN users.email", "SCHEMA public", "ROLE CURRENT_USER")
    ],
    "sessions": [
        "CREATE TEMP TABLE users (LIKE public.users)",
        "SELECT pg_advisory_lock(4242)",
        "LISTEN left_behind",
        "PREPARE left_behind AS SELECT 1",
        "DECLARE left_behind CURSOR WITH HOLD FOR SELECT 1",
        "SET search_path = pg_temp",
        "NOTIFY left_behind",
    ],
    "large objects": ["SELECT lo_create(0)", "SELECT lo_from_bytea(4242, 'left')"],
    "statistics": [
        "INSERT INTO users (email, name) SELECT n || '@b.c', 'left' FROM generate_series(1, 99) n",
        "ANALYZE",
        "DELETE FROM users",
        "CREATE STATISTICS left_behind ON email, name FROM users",
        "ALTER TABLE users ALTER email SET STATISTICS 1000",
        "ALTER TABLE users ALTER email SET (n_distinct = 5)",
    ],
    "long values": [
        "ALTER TABLE users ALTER name TYPE text",
        "INSERT INTO users (email, name) SELECT n || '@b.c', "
        "(SELECT string_agg(md5(random()::text), '') FROM generate_series(1, 300) WHERE n > 0) "
        "FROM generate_series(1, 50) n",
        "DELETE FROM users",
    ],
    "functions": [
        "CREATE FUNCTION left_behind() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION lower(text) RETURNS text LANGUAGE sql AS 'SELECT ''left'''",
        "CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE TRIGGER left_behind BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION t()",
        "CREATE OPERATOR = (FUNCTION = texticlike, LEFTARG = text, RIGHTARG = text)",
        "CREATE RULE left_behind AS ON INSERT TO users DO INSTEAD NOTHING",
        "CREATE EVENT TRIGGER left_behind ON ddl_command_start EXECUTE FUNCTION t()",
    ],
    "objects": [
        "CREATE TABLE left_behind (id int)",
        "CREATE TABLE child () INHERITS (users)",
        "CREATE SCHEMA left_behind CREATE TABLE users (id int)",
        "CREATE VIEW left_view AS SELECT * FROM users",
        "CREATE TYPE left_type AS ENUM ('a')",
        "CREATE DOMAIN left_domain AS text",
        "CREATE COLLATION left_collation (provider = libc, locale = 'C')",
        "CREATE TEXT SEARCH CONFIGURATION left_search (COPY = pg_catalog.simple)",
        "CREATE EXTENSION IF NOT EXISTS pgcrypto",
        "CREATE PUBLICATION left_behind FOR TABLE users",
    ],
    "tables that are changed": [
        "ALTER TABLE users ADD left_behind int",
        "ALTER TABLE users DROP left_behind",
        "ALTER TABLE users SET UNLOGGED",
        "ALTER TABLE users SET (fillfactor = 10)",
        "CREATE INDEX left_behind ON users (name)",
        "CLUSTER users USING left_behind",
        "ALTER TABLE users ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY left_behind ON users USING (false)",
    ],
    "privileges": [
        "GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC",
        "GRANT SELECT (email) ON users TO PUBLIC",
        "ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC",
        "ALTER DEFAULT PRIVILEGES FOR ROLE builder GRANT ALL ON TABLES TO PUBLIC",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM students",
        "REVOKE ALL ON SCHEMA public FROM builder",
        "GRANT CREATE ON SCHEMA public TO PUBLIC",
        "ALTER TABLE users OWNER TO CURRENT_USER",
        "ALTER SCHEMA public OWNER TO CURRENT_USER",
    ],
    "things that are missing": ["DROP TABLE users CASCADE", "DROP SCHEMA public CASCADE"],
    "things with another name": [
        "ALTER TABLE users RENAME TO others",
        "ALTER TABLE orders RENAME COLUMN id TO number",
    ],
}


@pytest.mark.parametrize("kind", LEAVINGS)
def test_the_next_finds_the_databases_as_they_were_made(attack: Attack, kind: str) -> None:
    attack(f"STATEMENTS = {LEAVINGS[kind]!r}\n{COMMITTED}")
    finds = attack(LOOKS + FOUND)
    assert [test.reason for test in finds.tests] == [""], finds.message
    assert finds.points == 0


def test_nor_does_an_honest_submission_leave_anything(attack: Attack, solution: str) -> None:
    attack(solution)
    attack(solution)
    finds = attack(LOOKS + FOUND)
    assert [test.reason for test in finds.tests] == [""], finds.message


@pytest.mark.parametrize("kind", LEAVINGS)
def test_whoever_looks_while_it_is_there_finds_it(attack: Attack, kind: str) -> None:
    (test,) = attack(f"STATEMENTS = {LEAVINGS[kind]!r}\n{LOOKS}{AT_ONCE}").tests
    assert test.reason.startswith("RuntimeError: ['")
