"""What is asked of every history of migrations. Each answer is a list of sentences, empty if well.

Each check starts from a database with nothing in it, as ``alembic_runner`` comes.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, MetaData

from nomocks.testing.migrations.catalog import Schema, differences, schema_of

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext as Migration
    from pytest_alembic import MigrationContext


def drift(runner: "MigrationContext", metadata: MetaData) -> list[str]:
    """How the tables of the models differ from those that the migrations make."""

    def made_by_models(connection: Connection) -> Schema:
        with connection.begin_nested() as attempt:
            metadata.create_all(connection)
            schema = schema_of(connection)
            attempt.rollback()
        return schema

    models: Schema = runner.connection_executor.run_task(made_by_models)
    look = _looking_at(runner)
    runner.command_executor.upgrade("heads")
    return differences(models, look(), ("the models", "the migrations"))


def stairway(runner: "MigrationContext") -> list[str]:
    """Each revision up, down and up: the first that does not come down to where it started.

    Rows of pytest-alembic's ``before_revision_data`` and ``at_revision_data`` are written on the
    second way up, so every later revision meets them.
    """
    look = _looking_at(runner)
    before = look()
    for lower, upper in runner.history.revision_window("base", "heads")[:-1]:
        runner.command_executor.upgrade(upper)
        after = look()
        runner.command_executor.downgrade(lower)
        names = f"the schema before {upper}", "what its downgrade leaves"
        if found := differences(before, look(), names):
            return found  # it might not go up again
        runner.migrate_up_to(upper, current=lower, return_current=False)
        before = look()
        names = f"the schema after {upper}", "a second upgrade to it"
        if found := differences(after, before, names):
            return found
    return []


def round_trip(runner: "MigrationContext") -> list[str]:
    """From base to head, back, and up again: what stays behind, and what comes out differently.

    Rows of ``before_revision_data`` and ``at_revision_data`` are written on the first way up, so
    every downgrade meets them.
    """
    look = _looking_at(runner)
    base = look()
    runner.migrate_up_to("heads", current="base", return_current=False)
    head = look()
    runner.command_executor.downgrade("base")
    if found := differences(base, look(), ("the schema at base", "what the way back leaves")):
        return found
    runner.command_executor.upgrade("heads")
    return differences(head, look(), ("the schema at head", "a second upgrade to it"))


def _looking_at(runner: "MigrationContext") -> Callable[[], Schema]:
    """Shows what the revisions have made, without the table in which Alembic keeps its books."""
    books = ""

    def name_books(_: object, migration: "Migration") -> list[Any]:
        nonlocal books
        books = ".".join(filter(None, (migration.version_table_schema, migration.version_table)))
        return []

    def look() -> Schema:
        schema: Schema = runner.connection_executor.run_task(schema_of)
        return {thing: text for thing, text in schema.items() if thing.owner != books}

    runner.command_executor.execute_fn(name_books)
    return look
