"""The workers of a Dask cluster: looked at, given jobs, and replaced when they go."""

import contextlib
import threading
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import CancelledError
from dataclasses import dataclass
from itertools import count
from queue import Empty, Queue

from distributed import Client, Future, KilledWorker

from nomocks.grading.batch import station
from nomocks.grading.batch.commission import Commission
from nomocks.grading.batch.errors import BatchError
from nomocks.grading.batch.plan import Job
from nomocks.grading.batch.posts import ended_by_itself, kept
from nomocks.grading.batch.running import AHEAD, Done
from nomocks.grading.batch.threads import Seen
from nomocks.grading.inert import one_line
from nomocks.mutation.assignment import AssignmentError

PAUSE = 2.0  # seconds from one look at the cluster to the next
GATHERING = 10.0  # seconds that the result of a job may take to come here
LOST = 60.0  # seconds without any worker, after which the batch ends


@dataclass(frozen=True)
class Order:
    """A batch for the cluster whose scheduler has an address, until ``stop`` is set.

    ``most`` is how many submissions may be there at once; ``tell`` is given a sentence for each
    Dask worker that can't be used.
    """

    address: str
    commission: Commission
    stop: threading.Event
    most: int | None
    tell: Callable[[str], None]


@dataclass(frozen=True)
class Given:
    """A job, and the Dask workers that may do it."""

    job: Job
    workers: frozenset[str]
    future: Future[Seen]


class Cluster:
    """The workers of a cluster that grade a batch, and the jobs that they have.

    A job may be done by whoever was fit when it was given. Dask gives it to another of these when
    one goes; this class gives it anew when all of them are gone.
    """

    def __init__(self, client: Client, order: Order) -> None:
        self._client = client
        self._order = order
        self._address = order.address
        self._batch = order.commission.batch
        self._fit: dict[str, int] = {}  # and the threads of each
        self._unfit: dict[str, str] = {}  # and why
        self._given: dict[str, Given] = {}
        self._waiting: list[Job] = []  # for a worker
        self._ended: Queue[Future[Seen]] = Queue()
        self._numbers = count()
        self._looked = self._had_some = time.monotonic()
        self._said_stop = False

    def require(self) -> None:
        """Look for workers. Raises BatchError when none is fit."""
        self._look()
        if self._fit:
            return
        if not self._unfit:
            raise BatchError(
                f"The Dask cluster at {self._address} has no worker: start one there with "
                f"`dask worker {self._address}`."
            )
        raise BatchError(f"No worker of the Dask cluster at {self._address} can grade this.")

    def room(self) -> int:
        """See `running.Graders`."""
        threads = AHEAD * sum(self._fit.values())
        return max(1, min(threads, self._order.most or threads))

    def give(self, job: Job) -> None:
        """See `running.Graders`."""
        if not self._fit:
            self._waiting.append(job)
            return
        workers = frozenset(self._fit)
        key = f"{self._batch}-{next(self._numbers)}"
        future: Future[Seen] = self._client.submit(
            station.see, self._batch, job, key=key, workers=list(workers), pure=False
        )
        self._wait_for(Given(job, workers, future))

    def take(self) -> Done:
        """See `running.Graders`."""
        while True:
            if self._order.stop.is_set():
                self._say_stop()
                if self._waiting:
                    return Done(self._waiting.pop(), ())
            if time.monotonic() - self._looked > PAUSE:
                self._look()
            try:
                future = self._ended.get(timeout=PAUSE / 4)
            except Empty:
                continue
            given = self._given.pop(str(future.key), None)  # None: it was given anew
            done = given and self._done(given)
            if done:
                return done

    def dismiss(self) -> None:
        """Let the workers forget the batch, when they have ended the tasks that they grade."""
        with contextlib.suppress(BatchError):  # who is gone has forgotten it
            self._run(station.dismiss, self._batch, self._fit)

    def _wait_for(self, given: Given) -> None:
        self._given[str(given.future.key)] = given
        given.future.add_done_callback(self._ended.put)

    def _done(self, given: Given) -> Done | None:
        try:
            return Done(given.job, given.future.result(GATHERING))
        except TimeoutError:  # it went with its worker; Dask has another one do it
            self._wait_for(given)
            return None
        except station.NotHereError as error:
            self._fit.pop(error.worker, None)
            self._look()
            self.give(given.job)
            return None
        except KilledWorker as error:
            nothing = ended_by_itself(error)
            return Done(given.job, tuple(kept(one, False, nothing) for one in given.job.tasks))
        except CancelledError:
            raise self._lost() from None
        except (BatchError, AssignmentError):
            raise
        except Exception as error:
            raise BatchError(
                f"The Dask cluster at {self._address} can't grade this "
                f"({one_line(f'{type(error).__name__}: {error}')}): see that the same nomocks is "
                "installed on all of its machines, that of the scheduler among them."
            ) from error

    def _look(self) -> None:
        """See which workers there are now, and let those that are new take part."""
        present = self._present()
        self._fit = {name: threads for name, threads in self._fit.items() if name in present}
        self._unfit = {name: why for name, why in self._unfit.items() if name in present}
        if not self._order.stop.is_set():
            self._enlist(present)
        self._looked = time.monotonic()
        if self._fit:
            self._had_some = self._looked
        elif self._looked - self._had_some > LOST:
            raise BatchError(
                f"The Dask cluster at {self._address} has lost all of its workers: start some, "
                "and go on with --resume."
            )
        self._give_anew()

    def _enlist(self, present: dict[str, int]) -> None:
        new = present.keys() - self._fit.keys() - self._unfit.keys()
        for name, why in self._run(station.enlist, self._order.commission, new).items():
            if why:
                self._unfit[name] = one_line(str(why))
                self._order.tell(
                    f"The Dask worker {name} is not used; it says: {self._unfit[name]}"
                )
            else:
                self._fit[name] = present[name]

    def _give_anew(self) -> None:
        lost = [key for key, one in self._given.items() if not one.workers & self._fit.keys()]
        for key in lost:
            given = self._given.pop(key)
            given.future.cancel()
            self._waiting.append(given.job)
        waiting, self._waiting = self._waiting, []
        for job in waiting:
            self.give(job)

    def _present(self) -> dict[str, int]:
        """All workers of the cluster, and the threads of each."""
        with self._connection():
            workers = self._client.scheduler_info()["workers"]
        return {name: int(one["nthreads"]) for name, one in workers.items()}

    def _run(
        self, function: Callable[..., object], what: object, workers: Collection[str]
    ) -> dict[str, object]:
        """What the function returns on each of the workers, or raises there."""
        if not workers:
            return {}
        with self._connection():
            said: dict[str, object] = self._client.run(
                function, what, workers=list(workers), on_error="return"
            )
        return said

    @contextlib.contextmanager
    def _connection(self) -> Iterator[None]:
        """A block that needs the scheduler. Raises BatchError where it is not there."""
        if self._client.status != "running":
            raise self._lost()
        try:
            yield
        except Exception:
            raise self._lost() from None

    def _say_stop(self) -> None:
        if not self._said_stop:
            self._said_stop = True
            self._run(station.stop, self._batch, self._fit)

    def _lost(self) -> BatchError:
        return BatchError(
            f"The connection to the Dask scheduler at {self._address} was lost: go on with "
            "--resume when it is there again."
        )
