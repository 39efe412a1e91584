"""Where a batch is graded: by threads of this process, or by the workers of a Dask cluster."""

import importlib.util
import os
from collections.abc import Callable
from dataclasses import dataclass

from nomocks.grading.batch.errors import BatchError
from nomocks.grading.batch.keys import Keys
from nomocks.grading.batch.running import Batch, LocalBatch
from nomocks.grading.batch.stopping import Stop
from nomocks.grading.batch.wish import Wish
from nomocks.grading.batch.workers import workplace
from nomocks.mutation.assignment import Assignment
from nomocks.postgres.binaries import find_binaries


@dataclass(frozen=True)
class Place:
    """The PostgreSQL that tests run on there, and what grades there until it is stopped."""

    postgres: str
    batch: Callable[[Keys, Stop], Batch]


def place(
    wish: Wish, assignment: Assignment, submissions: int, tell: Callable[[str], None]
) -> Place:
    """Where to grade so many submissions.

    ``tell`` is given a sentence for each worker of a cluster that can't be used. Raises BatchError
    where no sandbox holds, or no cluster can be asked, and PostgresError without a server.
    """
    if wish.dask is not None:
        return _on_cluster(wish, wish.dask, assignment, tell)
    where = workplace(wish.isolation, wish.unsafe)
    workers = min(wish.workers or os.cpu_count() or 1, submissions)
    return Place(where.postgres, lambda _, stop: LocalBatch(assignment, where, workers, stop))


def _on_cluster(
    wish: Wish, address: str, assignment: Assignment, tell: Callable[[str], None]
) -> Place:
    if importlib.util.find_spec("distributed") is None:
        raise BatchError(
            "--dask needs the package distributed, which is not installed: "
            "run `pip install distributed`."
        )
    from nomocks.grading.batch.cluster import Order  # imports what was just looked for
    from nomocks.grading.batch.commission import commission
    from nomocks.grading.batch.dask_batch import DaskBatch

    def batch(keys: Keys, stop: Stop) -> Batch:
        given = commission(assignment, keys, wish.isolation)
        return DaskBatch(Order(address, given, stop, wish.workers, tell))

    return Place(find_binaries().version, batch)
