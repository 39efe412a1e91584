"""Put tables where the server's other files are."""


def test_no_tablespace_is_made_or_used(student):
    student.refused(
        "CREATE TABLESPACE mine LOCATION '/server'",
        "CREATE TABLESPACE mine LOCATION '/tmp'",
        "CREATE TABLE t (n int) TABLESPACE pg_global",
        "ALTER TABLESPACE pg_default RENAME TO other",
        "DROP TABLESPACE pg_default",
        "SET allow_in_place_tablespaces = on",
    )
