"""Which databases were made before one's own template, and which later: those of bugs are the last.

A table's object id stays the same in a clone, and comes from one counter with those of databases.
On a new worker, whose first submission this is.
"""

from collections.abc import Iterator

import pytest

from nomocks.grading.result import judged
from nomocks.grading.sandbox.worker import Worker
from nomocks.mutation.assignment import Assignment
from tests.attacks.conftest import TASK
from tests.attacks.grader.conftest import SEED

CELL = """\
BEFORE = '''SELECT count(*) FROM pg_database
    WHERE datname LIKE 'template\\_%' AND oid < 'users'::regclass::oid'''
ORIGINAL = '''SELECT attnotnull
    AND EXISTS (SELECT FROM pg_constraint WHERE conname = 'uq_users_email')
    FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'name' '''

async def test_ranked(session):
    if not await session.scalar(text(ORIGINAL)):
        assert await session.scalar(text(BEFORE)) <= CORRECT
"""


@pytest.fixture
def new_worker() -> Iterator[Worker]:
    with Worker() as worker:
        yield worker


def test_the_age_of_a_template_tells_nothing(new_worker: Worker, guarded: Assignment) -> None:
    correct = len(guarded.against(TASK).correct)
    cell = f"%%task {TASK}\nCORRECT = {correct}\n{CELL}"
    result = judged(guarded, guarded.task(TASK), new_worker.observe(guarded, TASK, cell, SEED))
    assert result.points == 0, result.mutants
