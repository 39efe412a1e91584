"""Several threads grade, each with a worker of its own; what a worker does wrong stays its own."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nomocks.grading.batch.errors import BatchError
from nomocks.grading.batch.found import Found
from nomocks.grading.batch.keys import Keys, versions
from nomocks.grading.batch.plan import Job, Plan
from nomocks.grading.batch.running import AHEAD, Done, LocalBatch
from nomocks.grading.batch.store import FILE, Store
from nomocks.grading.batch.workers import Unsafe, Worker, Workplace, plant, workplace
from nomocks.grading.errors import NotGradedError
from nomocks.grading.forks import running_zygote
from nomocks.grading.result import Observed, State, judged
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.matrix import KillMatrix
from tests.batch.classes import KINDS, POINTS, answer

UNSAFE = workplace("run", "none")


def found(number: int, **changed: object) -> Found:
    student = f"student-{number:02}"
    one = Found(student, Path(student) / "exercise.ipynb", {"users": answer(number)}, "")
    return replace(one, **changed)  # type: ignore[arg-type]


def plan(small: Assignment, seed: int = 1) -> Plan:
    return Plan(small, Keys(small, versions(UNSAFE.postgres), "none"), seed)


def jobs(small: Assignment, submissions: list[Found], seed: int = 1) -> list[Job]:
    with Store(small.folder / FILE) as store:
        return [job for job in plan(small, seed).jobs(submissions, store) if job]


def opens(worker: Callable[[], Worker]) -> Workplace:
    return replace(UNSAFE, open=worker)


def batch(small: Assignment, place: Workplace, workers: int = 2) -> LocalBatch:
    plant(small)
    return LocalBatch(small, place, workers, stop=threading.Event())


def graded(small: Assignment, place: Workplace, submissions: list[Found]) -> dict[str, Observed]:
    done: dict[str, Observed] = {}

    def keep(one: Done) -> None:
        done[one.job.submission.student] = one.tasks[0].observed

    batch(small, place).run(iter(jobs(small, submissions)), keep)
    return done


def test_every_submission_is_graded_for_itself(small: Assignment) -> None:
    seen = graded(small, UNSAFE, [found(number) for number in range(len(KINDS))])
    task = small.task("users")
    points = [judged(small, task, seen[student]).points for student in sorted(seen)]
    assert points == list(POINTS)


class Noting(Unsafe):
    """Notes in which thread what is called."""

    def __init__(self, notes: list[tuple[int, str, int]]) -> None:
        self.notes = notes

    def _note(self, what: str) -> None:
        self.notes.append((id(self), what, threading.get_ident()))

    def __enter__(self) -> "Noting":
        self._note("enter")
        return self

    def __exit__(self, *_: object) -> None:
        self._note("exit")

    def observe(
        self,
        assignment: Assignment,
        task: str,
        cell: str,
        seed: int,
        known: KillMatrix | None = None,
    ) -> Observed:
        self._note("observe")
        return super().observe(assignment, task, cell, seed, known)


def test_a_worker_belongs_to_one_thread_from_its_beginning_to_its_end(small: Assignment) -> None:
    notes: list[tuple[int, str, int]] = []
    kept: list[Noting] = []  # so that no other one gets the same id

    def open_one() -> Noting:
        kept.append(Noting(notes))
        return kept[-1]

    graded(small, opens(open_one), [found(number) for number in range(6)])
    by_worker = {worker: [note for note in notes if note[0] == worker] for worker, _, _ in notes}
    assert len(by_worker) <= 2
    for calls in by_worker.values():
        assert len({thread for _, _, thread in calls}) == 1
        words = [word for _, word, _ in calls]
        assert (words[0], words[-1]) == ("enter", "exit")
        assert set(words[1:-1]) == {"observe"}


class Failing(Noting):
    """Fails as it is told, once for each of the cells that have this text."""

    def __init__(self, notes: list[tuple[int, str, int]], text: str, fail: Callable[[], Observed]):
        super().__init__(notes)
        self.text, self.fail = text, fail

    def observe(
        self,
        assignment: Assignment,
        task: str,
        cell: str,
        seed: int,
        known: KillMatrix | None = None,
    ) -> Observed:
        if self.text in cell:
            self._note("fail")
            return self.fail()
        return super().observe(assignment, task, cell, seed, known)


def dies() -> Observed:
    raise ConnectionResetError("the worker is gone")


def gives_up() -> Observed:
    return Observed(State.NOT_GRADED, "The server went away.")


@pytest.mark.parametrize("fail", [dies, gives_up])
def test_what_fails_once_is_graded_by_another_worker(
    small: Assignment, fail: Callable[[], Observed]
) -> None:
    notes: list[tuple[int, str, int]] = []
    failed = threading.Event()

    def once() -> Observed:
        if failed.is_set():
            return Unsafe().observe(small, "users", answer(0), 1)
        failed.set()
        return fail()

    seen = graded(
        small,
        opens(lambda: Failing(notes, "test_emails_0", once)),
        [found(number) for number in range(3)],
    )
    assert {one.state for one in seen.values()} == {State.GRADED}
    (first,) = [worker for worker, word, _ in notes if word == "fail"][:1]
    assert [word for worker, word, _ in notes if worker == first][-2:] == ["fail", "exit"]


@pytest.mark.parametrize("fail", [dies, gives_up])
def test_what_fails_twice_is_not_graded_and_the_others_are(
    small: Assignment, fail: Callable[[], Observed]
) -> None:
    notes: list[tuple[int, str, int]] = []
    seen = graded(
        small,
        opens(lambda: Failing(notes, "test_emails_1", fail)),
        [found(number) for number in range(4)],
    )
    assert Counter(word for _, word, _ in notes)["fail"] == 2
    states = {student: one.state for student, one in seen.items()}
    assert states.pop("student-01") is State.NOT_GRADED
    assert set(states.values()) == {State.GRADED}
    assert seen["student-01"].message.endswith(".")


def test_a_killed_zygote_is_replaced(small: Assignment) -> None:
    class Killing(Unsafe):
        def observe(
            self,
            assignment: Assignment,
            task: str,
            cell: str,
            seed: int,
            known: KillMatrix | None = None,
        ) -> Observed:
            if "test_emails_1" in cell:
                running_zygote().process.kill()
                running_zygote().process.wait()
            return super().observe(assignment, task, cell, seed, known)

    seen = graded(small, opens(Killing), [found(number) for number in range(5)])
    task = small.task("users")
    assert [judged(small, task, seen[name]).points for name in sorted(seen)] == list(POINTS[:5])


def test_where_no_worker_can_be_had_the_batch_ends_with_the_reason(small: Assignment) -> None:
    def refuse() -> Worker:
        raise NotGradedError("bubblewrap is not installed.")

    with pytest.raises(BatchError, match="bubblewrap is not installed"):
        graded(small, opens(refuse), [found(number) for number in range(9)])


def test_a_result_that_cannot_be_kept_ends_the_batch(small: Assignment) -> None:
    taken: list[Job] = []

    def noted() -> Iterator[Job]:
        for job in jobs(small, [found(number) for number in range(30)]):
            taken.append(job)
            yield job

    def keep(_: Done) -> None:
        raise BatchError("The disk is full.")

    before = threading.active_count()
    with pytest.raises(BatchError, match="full"):
        batch(small, UNSAFE).run(noted(), keep)
    assert len(taken) == AHEAD * 2
    assert threading.active_count() == before


def test_few_submissions_are_under_way_at_a_time(small: Assignment) -> None:
    taken, kept, most = 0, 0, 0

    def noted() -> Iterator[Job]:
        nonlocal taken, most
        for job in jobs(small, [found(number) for number in range(20)]):
            taken += 1
            most = max(most, taken - kept)
            yield job

    def keep(_: Done) -> None:
        nonlocal kept
        kept += 1

    batch(small, UNSAFE).run(noted(), keep)
    assert (taken, kept) == (20, 20)
    assert most == AHEAD * 2


def test_when_it_is_stopped_what_was_seen_is_given_and_nothing_new_is_begun(
    small: Assignment,
) -> None:
    todo = batch(small, UNSAFE)
    done: list[Done] = []

    def keep(one: Done) -> None:
        todo.stop.set()
        done.append(one)

    todo.run(iter(jobs(small, [found(number) for number in range(30)])), keep)
    assert len(done[0].tasks) == 1
    assert len(done) == AHEAD * 2
    assert any(not one.tasks for one in done)


def test_a_notebook_without_the_cell_needs_no_worker(small: Assignment) -> None:
    def refuse() -> Worker:
        raise NotGradedError("nobody should ask")

    seen = graded(small, opens(refuse), [found(0, cells={})])
    assert seen["student-00"].state is State.MISSING
    assert 'no cell with the id "users"' in seen["student-00"].message


def test_the_order_and_each_seed_follow_from_the_seed_of_the_batch(small: Assignment) -> None:
    submissions = [found(number) for number in range(12)]

    def order(seed: int, given: list[Found]) -> list[tuple[str, int]]:
        return [(job.submission.student, job.tasks[0].seed) for job in jobs(small, given, seed)]

    once = order(1, submissions)
    assert order(1, submissions[::-1]) == once
    assert [student for student, _ in once] != sorted(student for student, _ in once)
    assert order(2, submissions) != once
    assert len({seed for _, seed in once}) == 12
    assert set(order(1, submissions[:1])) <= set(once)


def test_names_that_are_no_text_are_written_out(small: Assignment) -> None:
    (job,) = jobs(small, [found(0, student="ann\udcff", path=Path("ann\udcff.ipynb"))])
    assert job.submission.student == "ann\\udcff"
