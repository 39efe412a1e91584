"""Fill the disk: with rows, with an index, with a temporary table, with large objects."""

import itertools

import psycopg
import pytest

from nomocks.grading.sandbox.tiers import chosen
from nomocks.postgres import PostgresError

ROWS = "INSERT INTO t SELECT repeat(md5(n::text), 60) FROM generate_series(1, 10000) n"
FILL = {
    "rows": ("CREATE TABLE t (x text); ALTER TABLE t ALTER x SET STORAGE PLAIN", ROWS),
    "unlogged": ("CREATE UNLOGGED TABLE t (x text); ALTER TABLE t ALTER x SET STORAGE PLAIN", ROWS),
    "temporary": ("CREATE TEMP TABLE t (x text); ALTER TABLE t ALTER x SET STORAGE PLAIN", ROWS),
    "large objects": (
        "SELECT 1",
        "SELECT lo_from_bytea(0, decode(x, 'hex')) FROM generate_series(1, 20),"
        " (SELECT string_agg(md5(random()::text), '') x FROM generate_series(1, 60000)) v",
    ),
}


@pytest.mark.parametrize(("prepare", "fill"), FILL.values(), ids=FILL)
def test_the_place_is_of_a_size_and_free_again_after_the_run(student, prepare, fill):
    session = student.connect()
    session.execute(prepare)
    # Without namespaces the kernel limits each file, and a watch the folder.
    walled = chosen().name == "namespaces"
    with pytest.raises(psycopg.Error, match="No space left" if walled else "File too large"):
        all(session.execute(fill) for _ in itertools.count())
    assert session.execute("SELECT 1").fetchone() == (1,)
    if walled:
        used_up = "space of the PostgreSQL for submissions is used up"
        with pytest.raises(PostgresError, match=used_up):
            student.lent.another()
    student.ended_quickly()
