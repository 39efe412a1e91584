"""``nomocks grade``: from a folder of submissions to results and reports."""

import contextlib
import fcntl
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

from nomocks.grading import reports
from nomocks.grading.batch.errors import BatchError
from nomocks.grading.batch.found import Found, find
from nomocks.grading.batch.gradebook import Gradebook
from nomocks.grading.batch.keys import Keys, versions
from nomocks.grading.batch.place import Place, place
from nomocks.grading.batch.plan import Extent, Job, Plan, told
from nomocks.grading.batch.progress import Tally, progress
from nomocks.grading.batch.records import Run
from nomocks.grading.batch.rows import storable
from nomocks.grading.batch.running import Batch, Done
from nomocks.grading.batch.stopping import stop_on_signals
from nomocks.grading.batch.store import FILE, Store
from nomocks.grading.batch.wish import Wish
from nomocks.grading.batch.workers import plant
from nomocks.grading.graded import Graded
from nomocks.grading.inert import one_line
from nomocks.grading.result import State
from nomocks.mutation.assignment import Assignment, find_solutions, load

UNSAFE = (
    "nomocks: --unsafe runs the tests with all of your rights: use it on your own notebook alone."
)
NAMED = 20  # students that are named when they can't all be
Say = Callable[[str], None]


def grade(wish: Wish, say: Say, console: Console) -> int:
    """Grade a folder of submissions, and give the exit code.

    0 when all were graded, 1 when some could not be, 128 and more when a signal ended it. Raises
    BatchError, AssignmentError, IntakeError or PostgresError when nothing could be done.
    """
    assignment = load(wish.slug, Path.cwd(), _solutions(wish))
    plant(assignment)
    found = find(wish.submissions, wish.slug, _known(wish.into / FILE))
    if wish.unsafe:
        console.print(UNSAFE, style="bold red", highlight=False, soft_wrap=True)
    with _folder_of_ours(wish.into, wish.submissions), Store(wish.into / FILE) as store:
        before = _earlier(store, wish)
        where = place(wish, assignment, len(found), _teller(console))
        keys = Keys(assignment, versions(where.postgres), wish.walls)
        seed = _seed(wish, before)
        extents: Counter[Extent] = Counter()
        with stop_on_signals() as stop, where.batch(keys, stop) as batch:
            store.begin(_run(wish, assignment, keys, where, seed))
            _grade(Plan(assignment, keys, seed), found, store, batch, console, extents)
        if stop.is_set():
            say(
                f"nomocks: ended early; {len(store.students())} submissions are kept in "
                f"{store.path}: give the same command with --resume to go on."
            )
            return stop.exit_code
        ungraded: list[str] = []
        book = Gradebook(store, assignment, keys)
        _write(_noting(book, ungraded), wish)
        for remark in wish.enter(book, found) if wish.enter else ():
            say(remark)
        if before:
            say(told(extents))
        return _told(store.students(), ungraded, found, say)


def _grade(
    plan: Plan,
    found: list[Found],
    store: Store,
    batch: Batch,
    console: Console,
    extents: Counter[Extent],
) -> None:
    with progress(len(found), console) as tally:

        def keep(done: Done) -> None:
            submission = done.job.submission
            if done.tasks or not done.job.tasks:
                store.keep(submission, done.tasks)
            if len(done.tasks) == len(done.job.tasks):
                tally.add(submission.problem, [one.observed for one in done.tasks])

        batch.run(_new(plan.jobs(found, store), tally, extents), keep)


def _teller(console: Console) -> Say:
    return lambda said: console.print(Text(f"nomocks: {said}"), soft_wrap=True)


def _new(jobs: Iterator[Job | None], tally: Tally, extents: Counter[Extent]) -> Iterator[Job]:
    for job in jobs:
        extents[job.extent if job else Extent.NONE] += 1
        if job:
            yield job
        else:
            tally.skip()


def _solutions(wish: Wish) -> Path:
    """The folder of the assignments, whose code is run here: never one that was handed in."""
    source, here = wish.submissions.resolve(), Path.cwd()
    start = source.parent if here.is_relative_to(source) else here
    found = wish.solutions or find_solutions(start)
    if found.resolve().is_relative_to(source):
        raise BatchError(
            f"{found} is among the submissions: name the folder of the assignments by --solutions."
        )
    return found


def _known(path: Path) -> dict[str, str]:
    """The ids of those of whom results are kept, by their names there."""
    if not path.exists():
        return {}
    with Store(path) as store:
        return store.ids()


@contextlib.contextmanager
def _folder_of_ours(folder: Path, submissions: Path) -> Iterator[None]:
    """A block in which no other ``nomocks grade`` writes there; the folder is made."""
    if folder.resolve().is_relative_to(submissions.resolve()):
        raise BatchError(
            f"{folder} is among the submissions, and would be taken for one: name another folder "
            "by --into."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise BatchError(
            f"{folder} can't be written ({error.strerror}): name another folder by --into."
        ) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BatchError(
            f"Another `nomocks grade` writes to {folder}: wait for it, or name another folder by "
            "--into."
        ) from None
    finally:
        os.close(descriptor)


def _earlier(store: Store, wish: Wish) -> Run | None:
    run = store.last_run()
    if run and run.assignment != wish.slug:
        raise BatchError(
            f"{store.path} holds results of {run.assignment}: name another folder by --into."
        )
    if run and not wish.resume:
        raise BatchError(
            f"{store.path} holds results of {wish.slug} already: go on with it by --resume, or "
            "name another folder by --into."
        )
    return run


def _seed(wish: Wish, before: Run | None) -> int:
    if wish.seed is not None:
        return wish.seed
    return before.seed if before else random.SystemRandom().randrange(2**32)


def _run(wish: Wish, assignment: Assignment, keys: Keys, where: Place, seed: int) -> Run:
    installed = versions(where.postgres)
    return Run(
        assignment=wish.slug,
        folder=str(assignment.folder.resolve()),
        digest=keys.assignment,
        nomocks=installed.nomocks,
        python=installed.python,
        postgres=installed.postgres,
        isolation=wish.isolation,
        unsafe=wish.unsafe,
        seed=seed,
    )


def _noting(book: Gradebook, ungraded: list[str]) -> Iterator[Graded]:
    """The same, with a note of who has a submission or a task that still needs grading."""
    for one in book:
        lacking = (
            result.state is State.NOT_GRADED and result.by_hand is None for result in one.results
        )
        if any(lacking):
            ungraded.append(one.student)
        yield one


def _write(book: Iterator[Graded], wish: Wish) -> None:
    try:
        reports.write(book, wish.into, wish.formats, wish.reveal)
    except OSError as error:
        raise BatchError(
            f"The reports can't be written ({error}); the results are kept: give the same command "
            "with --resume when there is room."
        ) from None


def _told(students: list[str], ungraded: list[str], found: list[Found], say: Say) -> int:
    missing = len(set(students) - {storable(one.student) for one in found})
    kept = f", {missing} of them by an earlier call" if missing else ""
    say(f"{len(students) - len(ungraded)} of {len(students)} submissions are graded{kept}.")
    if not ungraded:
        return 0
    more = len(ungraded) - NAMED
    names = ", ".join(one_line(name, 60) for name in ungraded[:NAMED])
    and_more = f" and {more} more" if more > 0 else ""
    say(
        f"Not graded, or not all of it: {names}{and_more}. The reports say why; mend what can be, "
        "and give the same command with --resume."
    )
    return 1
