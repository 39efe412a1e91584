"""Each change to a schema does what it says, and fails where there is nothing to change."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from nomocks.mutation import schema

PARENTS = "INSERT INTO parents (id, name, size) VALUES ({id}, {name}, {size})"


@pytest.fixture
async def tables(connection: AsyncConnection) -> AsyncConnection:
    """A table of parents and one of children, each with constraints of every kind."""
    await run(
        connection,
        "CREATE TABLE parents (id int PRIMARY KEY, name text NOT NULL,"
        " size int, CONSTRAINT one_name UNIQUE (name), CONSTRAINT large CHECK (size > 0))",
        "CREATE TABLE children (id int PRIMARY KEY, parent_id int CONSTRAINT of_parent"
        " REFERENCES parents ON DELETE RESTRICT)",
    )
    return connection


async def run(connection: AsyncConnection, *statements: str) -> None:
    for statement in statements:
        await connection.exec_driver_sql(statement)


async def refused(connection: AsyncConnection, statement: str) -> bool:
    try:
        async with connection.begin_nested():
            await run(connection, statement)
    except IntegrityError:
        return True
    return False


def a_parent(id: int = 1, name: str = "'a'", size: str = "1") -> str:
    return PARENTS.format(id=id, name=name, size=size)


@pytest.mark.parametrize(
    "statements",
    [
        schema.unique_by_index("parents", "one_name", "name"),
        schema.unique_by_exclusion("parents", "one_name", "name"),
        schema.exchange_unique("parents", "one_name", "name"),
        schema.not_null_by_check("parents", "name"),
        schema.not_null_by_trigger("parents", "name"),
        schema.exchange_check("parents", "large", "size >= 1"),
        schema.check_by_trigger("parents", "large", "NEW.size > 0"),
        schema.check_by_domain("parents", "large", "size", "int", "VALUE > 0"),
    ],
)
async def test_a_twin_refuses_what_the_original_refuses(
    tables: AsyncConnection, statements: tuple[str, ...]
) -> None:
    await run(tables, *statements, a_parent())
    assert await refused(tables, a_parent(id=2))
    assert await refused(tables, a_parent(id=2, name="NULL"))
    assert await refused(tables, a_parent(id=2, name="'b'", size="0"))
    assert not await refused(tables, a_parent(id=2, name="'b'", size="2"))


@pytest.mark.parametrize(
    ("statements", "now_taken"),
    [
        ((schema.drop_constraint("parents", "one_name"),), a_parent(id=2)),
        (schema.exchange_unique("parents", "one_name", "name", "size"), a_parent(2, size="2")),
        ((schema.drop_not_null("parents", "name"),), a_parent(2, name="NULL")),
        (schema.exchange_check("parents", "large", "size >= 0"), a_parent(2, "'b'", "0")),
    ],
)
async def test_a_mutation_takes_what_the_original_refuses(
    tables: AsyncConnection, statements: tuple[str, ...], now_taken: str
) -> None:
    await run(tables, a_parent())
    assert await refused(tables, now_taken)
    await run(tables, *statements)
    assert not await refused(tables, now_taken)


@pytest.mark.parametrize("by", [schema.foreign_key_by_trigger, "exchange"])
@pytest.mark.parametrize(
    ("on_delete", "left"), [("RESTRICT", None), ("CASCADE", []), ("SET NULL", [None])]
)
async def test_a_foreign_key_does_what_it_should_on_delete(
    tables: AsyncConnection, by: object, on_delete: schema.OnDelete, left: list[None] | None
) -> None:
    if by == "exchange":
        change = schema.exchange_on_delete(
            "children", "of_parent", "parent_id", "parents", on_delete
        )
    else:
        change = schema.foreign_key_by_trigger(
            "children",
            "of_parent",
            "parent_id",
            "parents",
            on_delete,  # type: ignore[arg-type]
        )
    await run(tables, *change, a_parent(), "INSERT INTO children VALUES (1, 1)")
    assert await refused(tables, "INSERT INTO children VALUES (2, 7)")
    assert not await refused(tables, "INSERT INTO children VALUES (3, NULL)")
    await run(tables, "DELETE FROM children WHERE id = 3")
    assert await refused(tables, "DELETE FROM parents") is (left is None)
    if left is not None:
        assert (await tables.scalars(text("SELECT parent_id FROM children"))).all() == left


@pytest.mark.parametrize(
    "statement",
    [
        schema.drop_constraint("parents", "no_such_name"),
        schema.drop_not_null("parents", "size"),
        schema.drop_not_null("parents", "no_such_column"),
        *schema.unique_by_index("children", "one_name", "id")[:1],
    ],
)
async def test_a_change_of_something_that_is_not_there_fails(
    tables: AsyncConnection, statement: str
) -> None:
    with pytest.raises(DBAPIError):
        await run(tables, statement)
