"""What grades on a Dask worker: threads, each with a sandbox and a PostgreSQL of its own.

Dask's own threads wait for these, as a sandbox lives and ends with the thread that has started it.
"""

import asyncio
import threading
from contextlib import ExitStack

from distributed import Worker, WorkerPlugin, get_worker

from nomocks.grading.batch.commission import Commission
from nomocks.grading.batch.errors import BatchError
from nomocks.grading.batch.plan import Job
from nomocks.grading.batch.threads import Seen, Threads
from nomocks.grading.batch.workers import plant, workplace
from nomocks.grading.sandbox.confinement import MEMORY
from nomocks.grading.sandbox.leftovers import folder_in, sweep
from nomocks.mutation.assignment import AssignmentError
from nomocks.postgres import PostgresError

IDLE = 60.0  # seconds after which a sandbox without work ends, if nobody says that the batch has
PATIENCE = 60.0  # seconds for the tasks that are being graded, when a worker is told to end


class NotHereError(RuntimeError):
    """A Dask worker was given a job of a batch that it does not, or no longer, grade."""

    def __init__(self, worker: str) -> None:
        super().__init__(worker)
        self.worker = worker


class Station(WorkerPlugin):
    """A Dask worker's part in a batch, which ends with the batch or with the worker."""

    def __init__(self, commission: Commission, threads: int) -> None:
        """Raises BatchError or PostgresError when this machine can't grade it, as it says."""
        commission.require()
        place = workplace(commission.isolation, unsafe=False)
        self.stopped = threading.Event()  # the batch
        self.closed = threading.Event()
        self._stop = threading.Event()
        with ExitStack() as stack:
            stack.callback(sweep, MEMORY)  # of workers that were killed on this machine
            folder = stack.enter_context(folder_in(MEMORY))
            assignment = commission.written(folder)
            plant(assignment)
            self._threads = stack.enter_context(
                Threads(assignment, place, threads, self._stop, IDLE, PATIENCE)
            )
            self._stack = stack.pop_all()

    def stop(self) -> None:
        """Begin no further task, as the batch is to end."""
        self.stopped.set()
        self._stop.set()

    def see(self, job: Job, worker: str) -> Seen:
        """What is seen of a job. Raises NotHereError when it was left as the worker ends.

        Raises BatchError when there can be no sandbox on this machine any more.
        """
        if self.closed.is_set():
            raise NotHereError(worker)
        try:
            seen = self._threads.submit(job).result()
        except BatchError as error:
            raise BatchError(f"The Dask worker {worker} can't go on. {error}") from None
        if len(seen) < len(job.tasks) and not self.stopped.is_set():
            raise NotHereError(worker)
        return seen

    async def teardown(self, worker: Worker) -> None:  # noqa: ARG002
        """End the threads, with all that they have started."""
        self.closed.set()
        self._stop.set()
        await asyncio.to_thread(self._stack.close)


async def enlist(commission: Commission, dask_worker: Worker) -> str:
    """Take part in a batch; run on the Dask worker. A sentence if it can't, else nothing."""
    there = dask_worker.plugins.get(commission.batch)
    if isinstance(there, Station):
        return "It is about to end." if there.closed.is_set() else ""
    try:
        threads = dask_worker.state.nthreads
        station = await asyncio.to_thread(Station, commission, threads)
    except Exception as error:
        said = isinstance(error, BatchError | PostgresError | AssignmentError)
        return str(error) if said else f"{type(error).__name__}: {error}"
    await dask_worker.plugin_add(station, name=commission.batch)
    return ""


async def stop(batch: str, dask_worker: Worker) -> None:
    """Begin no further task of a batch; run on the Dask worker."""
    station = dask_worker.plugins.get(batch)
    if isinstance(station, Station):
        station.stop()


async def dismiss(batch: str, dask_worker: Worker) -> None:
    """Forget a batch, which has ended; run on the Dask worker."""
    if batch in dask_worker.plugins:
        await dask_worker.plugin_remove(name=batch)


def see(batch: str, job: Job) -> Seen:
    """What is seen of a job; run on the Dask worker. Raises NotHereError."""
    worker = get_worker()
    station = worker.plugins.get(batch)
    if not isinstance(station, Station):
        raise NotHereError(worker.address)
    return station.see(job, worker.address)
