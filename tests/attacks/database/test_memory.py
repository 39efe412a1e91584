"""Take the machine's memory: by `work_mem`, long values, many of them, or a deep plan."""

import psycopg
import pytest

HUNGRY = {
    "sort": "SELECT count(*) FROM (SELECT repeat(md5(n::text), 10) x FROM"
    " generate_series(1, 5000000) n ORDER BY x) s",
    "array": "SELECT array_agg(repeat(md5(n::text), 10)) FROM generate_series(1, 5000000) n",
    "text": "SELECT repeat(repeat('x', 1000000), 1000) || repeat('y', 1000000)",
    "json": "SELECT jsonb_agg(repeat(md5(n::text), 10)) FROM generate_series(1, 5000000) n",
    "variable": "DO $$ DECLARE x text[]; BEGIN FOR i IN 1..1000000 LOOP"
    " x := x || repeat('x', 100000); END LOOP; END $$",
    "prepared": "DO $$ BEGIN FOR i IN 1..1000000 LOOP EXECUTE format("
    "'PREPARE p%s AS SELECT ' || repeat('1,', 1000) || '1', i); END LOOP; END $$",
}


@pytest.mark.parametrize("statement", HUNGRY.values(), ids=HUNGRY)
def test_a_session_gets_no_more_than_its_limit(student, statement):
    session = student.connect()
    session.execute("SET work_mem = '10GB'; SET hash_mem_multiplier = 1000")
    session.execute("SET max_parallel_workers_per_gather = 64; SET statement_timeout = '60s'")
    with pytest.raises(psycopg.Error, match=r"out of memory|exceeds|too large|limit|temp_buffers"):
        session.execute(statement)
    assert student.run("SELECT 1") == [(1,)]


def test_a_session_of_a_student_has_no_helpers(student):
    settings = student.run(
        "SELECT setting FROM pg_settings WHERE name IN ('max_worker_processes',"
        " 'max_parallel_workers_per_gather')"
    )
    assert settings == [("0",), ("0",)]
