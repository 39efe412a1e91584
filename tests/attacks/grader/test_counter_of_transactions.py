"""A count of the runs so far in the server's own counter of transactions, which nobody can reset.

Each run uses up transactions to the next multiple of 4,096, counted from the oldest template. What
is the same in every submission: correct variants are run first, bugs later. On a new worker.
"""

from collections.abc import Iterator

import pytest

from nomocks.grading.result import judged
from nomocks.grading.sandbox.worker import Worker
from nomocks.mutation.assignment import Assignment
from tests.attacks.conftest import TASK
from tests.attacks.grader.conftest import SEED

CELL = """\
AGE = "SELECT max(age(xmin)) FROM pg_database WHERE datname LIKE 'template\\_%'"
BURN = '''DO $$ BEGIN FOR number IN 1..%s LOOP
    BEGIN INSERT INTO burned VALUES (1); EXCEPTION WHEN division_by_zero THEN END;
    END LOOP; END $$'''
ORIGINAL = '''SELECT attnotnull
    AND EXISTS (SELECT FROM pg_constraint WHERE conname = 'uq_users_email')
    FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'name' '''

async def test_counted(session):
    age = await session.scalar(text(AGE))
    await session.execute(text("CREATE TEMP TABLE burned (one int)"))
    await session.execute(text(BURN % (4096 - age % 4096)))
    await session.commit()
    if not await session.scalar(text(ORIGINAL)):
        assert age // 4096 < CORRECT
"""


@pytest.fixture
def new_worker() -> Iterator[Worker]:
    with Worker() as worker:
        yield worker


def test_the_order_of_runs_tells_nothing(new_worker: Worker, guarded: Assignment) -> None:
    correct = len(guarded.against(TASK).correct)
    cell = f"%%task {TASK}\nCORRECT = {correct}\n{CELL}"
    result = judged(guarded, guarded.task(TASK), new_worker.observe(guarded, TASK, cell, SEED))
    assert result.points == 0, result.mutants
