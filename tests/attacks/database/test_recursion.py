"""Bring a session's stack to overflow, which would be a crash of the whole server."""

import psycopg
import pytest

DEEP = {
    "function": "CREATE FUNCTION f(n int) RETURNS int LANGUAGE plpgsql AS"
    " $$ BEGIN RETURN f(n + 1); END $$; SELECT f(1)",
    "sql function": "SET check_function_bodies = off; CREATE FUNCTION g(n int) RETURNS int"
    " LANGUAGE sql AS 'SELECT g(n + 1)'; SELECT g(1)",
    "parentheses": "SELECT " + "(" * 200000 + "1" + ")" * 200000,
    "operators": "SELECT " + "- " * 200000 + "1",
    "sum": "SELECT " + "1+" * 200000 + "1",
    "json": "SELECT (repeat('[', 1000000) || repeat(']', 1000000))::jsonb",
    "expression": "SELECT 'a' ~ (repeat('(', 100000) || 'a' || repeat(')', 100000))",
    "path": "SELECT ('$' || repeat('.a', 0) || repeat(' ? (@ > 1', 50000))::jsonpath",
    "subqueries": "SELECT * FROM " + "(SELECT * FROM " * 20000 + "users" + ") s" * 20000,
    "trigger": "CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " INSERT INTO users DEFAULT VALUES; RETURN NEW; END $$;"
    " CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION t();"
    " INSERT INTO users DEFAULT VALUES",
    "view": "CREATE VIEW v AS SELECT 1 AS x; CREATE OR REPLACE VIEW v AS SELECT x FROM v;"
    " SELECT * FROM v",
    "text search": "SELECT (repeat('(', 1000000) || 'a')::tsquery",
}


@pytest.mark.parametrize("statement", DEEP.values(), ids=DEEP)
def test_it_is_an_error_of_that_session(student, statement):
    session = student.connect()
    session.execute("SET statement_timeout = '20s'")
    with pytest.raises(psycopg.Error, match=r"stack depth|too complex|syntax|recursion|memory|too"):
        session.execute(statement)
    assert session.execute("SELECT 1").fetchone() == (1,)
