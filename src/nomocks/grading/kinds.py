"""What kind of thing a mutant changes, and what a test for such a bug would look at.

It is read from the change itself, so that an author has nothing more to write, and it tells less
than the plain words of the bug do.
"""

import re
from collections import Counter
from dataclasses import dataclass

from nomocks.grading.diffs import before_and_after
from nomocks.mutation.assignment import PREAMBLE
from nomocks.mutation.code import Change, Map, Patch, Set, SwapModule
from nomocks.mutation.variants import Mutant


@dataclass(frozen=True)
class Kind:
    """``about`` says what is wrong, and where; ``look`` is a sentence about a test for it."""

    about: str
    look: str


UNIQUE = Kind(
    "a UNIQUE constraint",
    "A test for it writes two rows that agree in some columns, and differ in others.",
)
CHECK = Kind(
    "a CHECK constraint",
    "A test for it writes the last value that is allowed, and the first that is not.",
)
FOREIGN_KEY = Kind(
    "a foreign key",
    "A test for it points at a row that is not there, or deletes one that others point at.",
)
PRIMARY_KEY = Kind("a primary key", "A test for it writes two rows with one key.")
NULLABLE = Kind(
    "whether a column may be empty", "A test for it leaves the value out that is required."
)
TRIGGER = Kind("a trigger", "A test for it changes a row, and looks at what else has changed.")
INDEX = Kind("an index", "A test for it looks at the plan of the query, or at how much it reads.")
COMPUTED = Kind(
    "a computed column", "A test for it reads the column back, of a row whose values all differ."
)
TYPE = Kind(
    "the type of a column",
    "A test for it writes a value at the edge of the type, and reads it back.",
)
DEFAULT = Kind("a default", "A test for it leaves the value out, and reads the row back.")
SCHEMA = Kind("the schema", "A test for it writes what the schema must refuse, and what it allows.")

# The first whose pattern is in the SQL. A constraint is told by what it is replaced by, else by
# its name.
SQL = (
    (r"ADD (CONSTRAINT \w+ )?UNIQUE|DROP CONSTRAINT uq_", UNIQUE),
    (r"ADD (CONSTRAINT \w+ )?CHECK|DROP CONSTRAINT ck_", CHECK),
    (r"ADD (CONSTRAINT \w+ )?FOREIGN KEY|DROP CONSTRAINT fk_", FOREIGN_KEY),
    (r"ADD (CONSTRAINT \w+ )?PRIMARY KEY|DROP CONSTRAINT pk_", PRIMARY_KEY),
    (r"(DROP|SET) NOT NULL", NULLABLE),
    (r"CREATE TRIGGER|DROP TRIGGER|DISABLE TRIGGER", TRIGGER),
    (r"DROP INDEX|CREATE (UNIQUE )?INDEX", INDEX),
    (r"GENERATED", COMPUTED),
    (r"ALTER COLUMN \w+ (SET DATA )?TYPE", TYPE),
    (r"(SET|DROP) DEFAULT", DEFAULT),
)

STATEMENTS = Kind(
    "how many statements are sent",
    "A test for it counts the statements, once for a few rows and once for many.",
)
LOCK = Kind("a lock", "A test for it lets two transactions work on the same row at the same time.")
COMMIT = Kind("a commit", "A test for it looks at what another session sees afterward.")
SAVEPOINT = Kind(
    "a transaction or a savepoint",
    "A test for it lets one part fail, and looks at what is left of the others.",
)
PART = Kind(
    "which part of a list is returned",
    "A test for it has one row more than the part may hold, and exactly as many.",
)
LOADING = Kind(
    "what is loaded with the rows",
    "A test for it looks at related rows, some of which were changed elsewhere.",
)
AWAITING = Kind(
    "what is awaited", "A test for it makes something slow or fail, and looks at the end of it."
)
ERROR = Kind(
    "an error that is raised",
    "A test for it gives what must be refused, and looks at the error and at what it leaves.",
)
SORTING = Kind(
    "the order of the rows", "A test for it stores rows in another order than they are to come in."
)
CONDITION = Kind(
    "a condition",
    "A test for it has a case on each side of it, and one at its edge.",
)
CALCULATION = Kind(
    "a calculation",
    "A test for it compares with a result worked out by hand, from values that all differ.",
)
TIME = Kind(
    "a time", "A test for it looks at the time before and after, also where nothing is done."
)
CASCADE = Kind(
    "a cascade", "A test for it adds or deletes a row, and looks at the rows that belong to it."
)
VERSION = Kind("the version of a row", "A test for it lets two sessions change the same row.")
VALUE = Kind("a value", "A test for it looks at what depends on the value, on both sides of it.")
BEHAVIOR = Kind(
    "what it returns or stores",
    "A test for it compares all that is returned, and reads back all that is stored.",
)

QUERIES = {"execute", "scalar", "scalars", "get", "refresh", "awaitable_attrs"}
# The first of which a word was changed; else the first of which a word stands in the change.
CODE: tuple[tuple[set[str], Kind], ...] = (
    ({"with_for_update", "skip_locked", "nowait"}, LOCK),
    ({"now", "updated_at", "datetime", "timedelta"}, TIME),
    ({"begin_nested", "savepoint", "rollback", "begin"}, SAVEPOINT),
    ({"commit", "flush"}, COMMIT),
    ({"limit", "offset", "cursor", "read_cursor"}, PART),
    ({"selectinload", "joinedload", "populate_existing", "recursion_depth", "options"}, LOADING),
    ({"order_by", "desc", "asc", "nulls_last", "nulls_first"}, SORTING),
    ({"gather", "create_task", "timeout", "wait_for"}, AWAITING),
    ({"raise", "except", "return_exceptions"}, ERROR),
    ({"where", "filter", "filter_by", "if", "==", "!=", "<", "<=", ">", ">=", "not"}, CONDITION),
    ({"is", "in", "is_", "is_not", "in_", "icontains", "contains", "and", "or"}, CONDITION),
    ({"quantize", "round", "sum", "money", "+=", "-="}, CALCULATION),
)
_TOKEN = re.compile(r"\w+|[<>=!+\-*/]+")
_STRING = re.compile(r"""(["']).*?\1""")


def kind_of(mutant: Mutant, preamble: str = "") -> Kind:
    """The kind of a mutant. ``preamble`` is the assignment's given code."""
    if mutant.statements:
        sql = "\n".join(mutant.statements)
        table = re.search(r"\b(?:TABLE|ON) (\w+)", sql)
        return _at(_of_sql(sql), f"the table {table[1]}" if table else "")
    if not mutant.code:
        return BEHAVIOR
    change = mutant.code[0]
    return _at(_of_code(change, mutant.code, preamble), _place(change))


def _of_sql(sql: str) -> Kind:
    return next((kind for pattern, kind in SQL if re.search(pattern, sql, re.I)), SCHEMA)


def _of_code(first: Change, changes: tuple[Change, ...], preamble: str) -> Kind:
    if isinstance(first, Map):
        return CASCADE if first.option == "cascade" else VERSION
    if isinstance(first, Set):
        text = str(first.value)
        return SCHEMA if re.search(r"\b(CREATE|ALTER) ", text) else VALUE
    texts = [before_and_after(one, preamble) for one in changes]
    before = Counter(word for old, _ in texts for word in _words(old))
    after = Counter(word for _, new in texts for word in _words(new))
    added, changed = after - before, (after - before) + (before - after)
    if "for" in after and QUERIES & set(added):
        return STATEMENTS
    if set(changed) == {"await"}:
        return AWAITING
    around = [text for one in changes if isinstance(one, Patch) for text in (one.old, one.new)]
    for words in (set(changed), {word for text in around for word in _words(text)}):
        for signs, kind in CODE:
            if words & signs:
                return kind
    return BEHAVIOR


def _words(source: str) -> list[str]:
    """The words and signs of code, without those in its strings."""
    return _TOKEN.findall(_STRING.sub("", source))


def _at(kind: Kind, place: str) -> Kind:
    return Kind(f"{kind.about}, in {place}", kind.look) if place else kind


def _place(change: Change) -> str:
    if isinstance(change, SwapModule):
        return change.module
    return f"`{change.target.removeprefix(f'{PREAMBLE}:').rpartition(':')[2]}`"
