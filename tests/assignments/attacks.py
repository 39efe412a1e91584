"""Test suites that read how a schema is written, in place of trying what it does."""

from collections.abc import Callable, Sequence
from types import CodeType
from typing import Any

NAMES = """
async def test_names(session):
    rows = await session.scalars(text("SELECT conname::text FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace AND contype IN ('u', 'c', 'f')"))
    assert sorted(rows) == {names!r}
"""

# One fact a query: a single wrong one among right ones must not hide the others.
FACTS = {
    "unique_constraints": """SELECT pg_get_constraintdef(oid) FROM pg_constraint
        WHERE conrelid = '{table}'::regclass AND contype = 'u'""",
    "check_constraints": """SELECT pg_get_constraintdef(oid) FROM pg_constraint
        WHERE conrelid = '{table}'::regclass AND contype = 'c'""",
    "number_of_checks": """SELECT count(*)::text FROM pg_constraint
        WHERE conrelid = '{table}'::regclass AND contype = 'c'""",
    "foreign_keys": """SELECT pg_get_constraintdef(oid) FROM pg_constraint
        WHERE conrelid = '{table}'::regclass AND contype = 'f'""",
    "delete_actions": """SELECT confdeltype::text FROM pg_constraint
        WHERE conrelid = '{table}'::regclass AND contype = 'f'""",
    "unique_indexes": """SELECT (SELECT string_agg(attname, ',' ORDER BY attname)
            FROM pg_attribute WHERE attrelid = indrelid AND attnum = ANY (indkey::int[]))
        FROM pg_index WHERE indrelid = '{table}'::regclass AND indisunique""",
    "required_columns": """SELECT column_name::text FROM information_schema.columns
        WHERE table_name = '{table}' AND is_nullable = 'NO'""",
    "constraint_types": """SELECT constraint_type::text FROM information_schema.table_constraints
        WHERE table_name = '{table}' AND constraint_name !~ '_not_null$'""",
    "generated_columns": """SELECT attname || pg_get_expr(adbin, adrelid) FROM pg_attribute
        JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attrelid = '{table}'::regclass AND attgenerated <> ''""",
}

FACT = """
async def test_{fact}_of_{table}(session):
    rows = await session.scalars(text({query!r}))
    assert sorted(rows) == {expected!r}
"""

INSPECTOR = """
from sqlalchemy import inspect

async def inspected(session, what):
    return await session.run_sync(lambda sync: what(inspect(sync.connection())))

async def test_inspected_unique_constraints_of_{table}(session):
    found = await inspected(session, lambda i: i.get_unique_constraints("{table}"))
    assert len(found) == {unique}

async def test_inspected_checks_of_{table}(session):
    found = await inspected(session, lambda i: i.get_check_constraints("{table}"))
    assert len(found) == {checks}
"""


def names(found: Sequence[str]) -> str:
    """Expects the names of all constraints to be those of the original."""
    return f"from sqlalchemy import text\n{NAMES.format(names=sorted(found))}"


def fact(name: str, table: str, expected: Sequence[str]) -> str:
    """Expects one fact about one table to be that of the original."""
    query = FACTS[name].format(table=table)
    return FACT.format(fact=name, table=table, query=query, expected=sorted(expected))


def inspector(table: str, unique: int, checks: int) -> str:
    """Expects what SQLAlchemy reflects about one table to be that of the original."""
    return INSPECTOR.format(table=table, unique=unique, checks=checks)


SOURCE = """
from types import CodeType

from nomocks.mutation.functions import function_at


def words_of(target):
    found, waiting = set(), [function_at(target).__code__]
    while waiting:
        code = waiting.pop()
        found |= {*code.co_names, *code.co_varnames, *code.co_freevars}
        found |= {repr(one) for one in code.co_consts if not isinstance(one, CodeType)}
        waiting += [one for one in code.co_consts if isinstance(one, CodeType)]
    return found
"""
SAME_CODE = """
def test_source_{number}():
    code = function_at({target!r}).__code__
    assert (code.co_code.hex(), list(map(repr, code.co_names))) == {expected!r}
"""
WORDS = """
def test_words_{number}():
    found = words_of({target!r})
    assert {lost!r} <= found
    assert not {gained!r} & found
"""
# Runs the text above, to ask of the original what the tests ask of each variant.
_helpers: dict[str, Any] = {}
exec(SOURCE, _helpers)
words_of: Callable[[str], set[str]] = _helpers["words_of"]


def same_code(number: int, target: str, code: CodeType) -> str:
    """Expects a function to be made of the same code as the original."""
    expected = (code.co_code.hex(), list(map(repr, code.co_names)))
    return SAME_CODE.format(number=number, target=target, expected=expected)


def words(number: int, target: str, original: set[str], mutant: set[str]) -> str:
    """Expects the words that a bug took out of a function, and none of those it put in."""
    lost, gained = original - mutant, mutant - original
    if not lost | gained:
        return ""
    return WORDS.format(number=number, target=target, lost=lost, gained=gained)


EQUAL_TO_ALL = """
class Same({base}):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 0

class Everything(dict):
    def get(self, name, default=None): return Same()
    __getitem__ = get
    def __contains__(self, name): return True

PREDICTED = Everything()
"""
