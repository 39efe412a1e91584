"""Leave something for the next run, or for the neighbor: tables, views, functions, settings."""

LEFT = (
    "CREATE TABLE seen (n int)",
    "CREATE VIEW shown AS SELECT * FROM users",
    "CREATE FUNCTION count() RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
    "CREATE SEQUENCE counter",
    "CREATE TYPE mood AS ENUM ('sad')",
    "CREATE DOMAIN amount AS int",
    'CREATE COLLATION mine FROM "C"',
    "CREATE RULE r AS ON INSERT TO seen DO INSTEAD NOTHING",
    "COMMENT ON TABLE seen IS 'I was here'",
    "ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC",
    "CREATE TEMP TABLE t (n int)",
    "SELECT lo_create(42)",
    "CREATE TEXT SEARCH CONFIGURATION mine (COPY = simple)",
    "CREATE OPERATOR === (leftarg = int, rightarg = int, function = int4eq)",
    "CREATE CAST (text AS int) WITH INOUT",
)


def test_nothing_of_it_is_found_by_the_next_run(student, server, template):
    """Whatever a student may make at all is made; the fixtures then look at the next run."""
    student.tries(*LEFT)
    made = student.run("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")
    assert len(made) > 8
    count = (
        "SELECT count(*) FROM pg_class UNION ALL SELECT count(*) FROM pg_proc UNION ALL SELECT"
        " count(*) FROM pg_type UNION ALL SELECT count(*) FROM pg_default_acl"
    )
    with server.lend(template) as clean, server.lend(template) as other:
        clean, other = type(student)(clean, server), type(student)(other, server)
        assert clean.run(count) == other.run(count) != student.run(count)


def test_tables_that_were_dropped_or_emptied_are_there_for_the_next(student):
    student.run("DROP TABLE orders", "TRUNCATE users CASCADE", "DROP SCHEMA public CASCADE")
