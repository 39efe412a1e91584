"""Run machine code in the server: functions in C, internal ones, libraries, untrusted languages."""

import psycopg
import pytest


def test_no_function_in_c_is_made(student):
    make = "CREATE FUNCTION f(text) RETURNS int AS {} STRICT"
    student.refused(
        make.format("'/lib/x86_64-linux-gnu/libc.so.6', 'system' LANGUAGE C"),
        make.format("'$libdir/plpgsql', 'plpgsql_call_handler' LANGUAGE C"),
        make.format("'pg_read_file' LANGUAGE internal"),
        "CREATE LANGUAGE plpython3u",
        "CREATE LANGUAGE mine HANDLER plpgsql_call_handler",
        why="permission denied|must be superuser|not available",
    )


def test_no_library_is_loaded(student):
    student.refused("LOAD '/lib/x86_64-linux-gnu/libc.so.6'", "LOAD 'dblink'")
    for option in ("session_preload_libraries", "shared_preload_libraries"):
        with pytest.raises(psycopg.OperationalError, match=r"permission denied|cannot be changed"):
            student.connect(options=f"-c {option}=dblink")
    with pytest.raises(psycopg.OperationalError, match=r"could not access file|not allowed"):
        student.connect(options="-c local_preload_libraries=dblink")


def test_no_type_or_operator_of_ones_own_reaches_c(student):
    student.refused(
        "CREATE TYPE evil; CREATE FUNCTION evil_in(cstring) RETURNS evil"
        " AS 'textin' LANGUAGE internal STRICT",
        "CREATE ACCESS METHOD mine TYPE INDEX HANDLER bthandler",
        "CREATE OPERATOR CLASS mine FOR TYPE int USING btree AS STORAGE int",
        "CREATE AGGREGATE mine (int) (SFUNC = int4pl, STYPE = internal)",
        "CREATE CAST (int AS text) WITHOUT FUNCTION",
        "CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION f(internal))",
        why="permission denied|must be|transition data type|does not exist",
    )
