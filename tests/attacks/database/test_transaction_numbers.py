"""Use up the numbers of transactions, which all databases share, or hold back their cleaning."""

import psycopg
import pytest

from tests.attacks.database.conftest import asked


def test_a_run_uses_few_of_the_two_billion(student, server):
    age = "SELECT max(age(datfrozenxid)) FROM pg_database"
    before = asked(server, age)[0][0]
    session = student.connect()
    session.execute("SET statement_timeout = '3s'")
    with pytest.raises(psycopg.errors.QueryCanceled):
        session.execute(
            "DO $$ BEGIN LOOP BEGIN INSERT INTO users DEFAULT VALUES;"
            " EXCEPTION WHEN division_by_zero THEN NULL; END; END LOOP; END $$"
        )
    used = asked(server, age)[0][0] - before
    assert used < 2_000_000_000 / 100


def test_an_old_transaction_ends_with_the_run(student):
    session = student.connect()
    session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1")
    student.run("SELECT pg_current_xact_id()")
    student.ended_quickly()
