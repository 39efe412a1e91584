"""Changes to a schema, as SQL. Each fails when what it changes is not there."""

from typing import Literal

OnDelete = Literal["NO ACTION", "RESTRICT", "CASCADE", "SET NULL"]

# Every unique, check and foreign key constraint under another name.
RENAME_CONSTRAINTS = """DO $$ DECLARE found record; BEGIN
    FOR found IN SELECT conrelid::regclass AS place, conname FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype IN ('u', 'c', 'f')
    LOOP EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I',
        found.place, found.conname, 'rule_' || md5(found.conname));
    END LOOP; END $$"""

_ENFORCERS = {
    "RESTRICT": """
        IF EXISTS (SELECT FROM {table} WHERE {column} = OLD.id) THEN
            RAISE EXCEPTION 'it is still in use' USING ERRCODE = 'foreign_key_violation';
        END IF;""",
    "CASCADE": "DELETE FROM {table} WHERE {column} = OLD.id;",
    "SET NULL": "UPDATE {table} SET {column} = NULL WHERE {column} = OLD.id;",
}


def drop_constraint(table: str, name: str) -> str:
    """Remove a constraint of any kind."""
    return f"ALTER TABLE {table} DROP CONSTRAINT {name}"


def add_check(table: str, name: str, condition: str) -> str:
    """Refuse rows for which the condition is false."""
    return f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition})"


def exchange_check(table: str, name: str, condition: str) -> tuple[str, ...]:
    """Put another condition in the place of a CHECK constraint's own."""
    return drop_constraint(table, name), add_check(table, name, condition)


def exchange_unique(table: str, name: str, *columns: str) -> tuple[str, ...]:
    """Put other columns in the place of a UNIQUE constraint's own."""
    return (
        drop_constraint(table, name),
        f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE ({', '.join(columns)})",
    )


def exchange_on_delete(
    table: str, name: str, column: str, target: str, on_delete: OnDelete
) -> tuple[str, ...]:
    """Let a foreign key do something else when the row it points at is deleted."""
    return (
        drop_constraint(table, name),
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column})"
        f" REFERENCES {target} (id) ON DELETE {on_delete}",
    )


def drop_not_null(table: str, column: str) -> str:
    """Let a column be empty. PostgreSQL alone would not mind if it may be empty already."""
    return f"""DO $$ BEGIN
        IF (SELECT attnotnull FROM pg_attribute
            WHERE attrelid = '{table}'::regclass AND attname = '{column}') IS NOT TRUE
        THEN RAISE EXCEPTION '{table}.{column} is not a NOT NULL column'; END IF;
        ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL; END $$"""


def unique_by_index(table: str, name: str, *columns: str) -> tuple[str, ...]:
    """A unique index in place of a UNIQUE constraint."""
    return (
        drop_constraint(table, name),
        f"CREATE UNIQUE INDEX ON {table} ({', '.join(columns)})",
    )


def unique_by_exclusion(table: str, name: str, *columns: str) -> tuple[str, ...]:
    """An exclusion constraint in place of a UNIQUE constraint: no unique index either."""
    equal = ", ".join(f"{column} WITH =" for column in columns)
    return (
        drop_constraint(table, name),
        f"ALTER TABLE {table} ADD EXCLUDE USING btree ({equal})",
    )


def not_null_by_check(table: str, column: str) -> tuple[str, ...]:
    """A CHECK constraint in place of NOT NULL."""
    return (
        drop_not_null(table, column),
        f"ALTER TABLE {table} ADD CHECK ({column} IS NOT NULL)",
    )


def not_null_by_trigger(table: str, column: str) -> tuple[str, ...]:
    """A trigger in place of NOT NULL."""
    return drop_not_null(table, column), *_refusing_trigger(
        table, f"NEW.{column} IS NULL", "not_null_violation"
    )


def check_by_trigger(table: str, name: str, condition: str) -> tuple[str, ...]:
    """A trigger in place of a CHECK constraint. The condition speaks of ``NEW.column``."""
    return drop_constraint(table, name), *_refusing_trigger(
        table, f"NOT ({condition})", "check_violation"
    )


def check_by_domain(
    table: str, name: str, column: str, base_type: str, condition: str
) -> tuple[str, ...]:
    """A domain in place of a CHECK constraint. The condition speaks of ``VALUE``."""
    domain = f"{table}_{column}_domain"
    return (
        drop_constraint(table, name),
        f"CREATE DOMAIN {domain} AS {base_type} CHECK ({condition})",
        f"ALTER TABLE {table} ALTER COLUMN {column} TYPE {domain}",
    )


def foreign_key_by_trigger(
    table: str,
    name: str,
    column: str,
    target: str,
    on_delete: Literal["RESTRICT", "CASCADE", "SET NULL"],
) -> tuple[str, ...]:
    """Triggers on both tables in place of a foreign key."""
    orphan = (
        f"NEW.{column} IS NOT NULL AND NOT EXISTS"
        f" (SELECT FROM {target} WHERE {target}.id = NEW.{column})"
    )
    function = f"{table}_{column}_on_delete"
    enforce = _ENFORCERS[on_delete].format(table=table, column=column)
    return (
        drop_constraint(table, name),
        *_refusing_trigger(table, orphan, "foreign_key_violation"),
        f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {enforce} RETURN OLD; END $$",
        f"CREATE TRIGGER {function} BEFORE DELETE ON {target}"
        f" FOR EACH ROW EXECUTE FUNCTION {function}()",
    )


def _refusing_trigger(table: str, wrong: str, condition_name: str) -> tuple[str, ...]:
    function = f"{table}_{condition_name}"
    return (
        f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {wrong} THEN RAISE EXCEPTION 'refused' USING ERRCODE = '{condition_name}';"
        " END IF; RETURN NEW; END $$",
        f"CREATE TRIGGER {function} BEFORE INSERT OR UPDATE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {function}()",
    )
