"""The results store: what was seen comes back exactly, and nothing is lost."""

import math
import random
import sqlite3
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from nomocks.grading.batch.gradebook import STALE, Gradebook
from nomocks.grading.batch.keys import Keys, Versions
from nomocks.grading.batch.records import Adjustment, Kept, Run, Submission
from nomocks.grading.batch.store import FILE, Store, StoreError
from nomocks.grading.graded import Graded
from nomocks.grading.result import Observed, State
from nomocks.mutation.assignment import Assignment, read
from nomocks.mutation.matrix import KillMatrix, Observation, Outcome
from tests.grading.conftest import VARIANTS

RUN = Run("small", "/solutions/small", "d", "0.1", "3.11.2", "18.1", "run", False, 7)
ANN = Submission("ann", "submitted/ann.ipynb", "digest")
LETTERS = string.printable + "äß漢字\u202e\u0000'\";--😀"
VERSIONS = Versions("18.1", "3.11", {"nomocks": "0.1"}, "shop")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / FILE) as opened:
        opened.begin(RUN)
        yield opened


def words(chance: random.Random) -> str:
    return "".join(chance.choices(LETTERS, k=chance.randrange(20)))


def observed(seed: int) -> Observed:
    chance = random.Random(seed)
    matrix = KillMatrix(tuple(f"test_{n}_{words(chance)}" for n in range(chance.randrange(5))))
    for test in matrix.tests:
        for variant in chance.sample("abcdef", chance.randrange(6)):
            for _ in range(chance.randrange(1, 4)):
                seconds = chance.choice([0.0, chance.random(), 1e-300, math.inf])
                outcome = chance.choice(list(Outcome))
                matrix.add(test, variant, Observation(outcome, words(chance), seconds))
    return Observed(chance.choice(list(State)), words(chance), matrix, chance.random())


def kept(what: Observed, key: str = "key", task: str = "users") -> Kept:
    return Kept(task, key, 2**53 - 1, False, what)


@pytest.mark.parametrize("seed", range(60))
def test_what_was_seen_comes_back_exactly_and_in_its_order(store: Store, seed: int) -> None:
    store.keep(ANN, [kept(observed(seed))])
    (back,) = store.tasks("ann")
    assert back == kept(observed(seed))
    assert list(back.observed.matrix.cells) == list(observed(seed).matrix.cells)


def test_a_time_that_is_no_number_and_half_a_character_are_no_obstacle(store: Store) -> None:
    matrix = KillMatrix(("test_a",))
    matrix.add("test_a", "one", Observation(Outcome.FAILED, "half \ud800", math.nan))
    store.keep(ANN, [kept(Observed(State.GRADED, "", matrix, math.nan))])
    (back,) = store.tasks("ann")
    (run,) = back.observed.matrix.seen("test_a", "one")
    assert run.detail == "half \\ud800"
    assert math.isnan(run.seconds)
    assert math.isnan(back.observed.seconds)


def test_another_look_takes_the_place_of_the_one_before(store: Store) -> None:
    store.keep(ANN, [kept(observed(1)), kept(observed(2), task="other")])
    store.keep(ANN, [kept(observed(3))])
    assert {one.task: one.observed for one in store.tasks("ann")} == {
        "users": observed(3),
        "other": observed(2),
    }


def test_a_submission_that_has_become_unreadable_keeps_only_marks_by_hand(store: Store) -> None:
    store.keep(ANN, [kept(observed(1))])
    store.adjust(Adjustment("ann", "users", 2.5, "well argued", "teacher"))
    store.keep(Submission("ann", "ann.ipynb", "d", "It is no notebook."), [])
    assert store.tasks("ann") == []
    assert store.adjustments("ann")["users"].points == 2.5


def test_of_several_marks_by_hand_the_last_one_counts(store: Store) -> None:
    store.keep(ANN, [])
    store.adjust(Adjustment("ann", "users", 1, "", "teacher"))
    store.adjust(Adjustment("ann", "users", 2, "looked again", "teacher"))
    found = store.adjustments("ann")["users"]
    assert (found.points, found.comment, found.who) == (2, "looked again", "teacher")
    assert found.made.endswith("+00:00")


def test_a_mark_of_a_student_who_has_handed_in_nothing_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="FOREIGN KEY"):
        store.adjust(Adjustment("bob", "users", 1, "", "teacher"))


def test_a_submission_is_stored_with_all_of_its_tasks_or_not_at_all(store: Store) -> None:
    store.keep(ANN, [kept(observed(1))])
    with pytest.raises(StoreError):
        store.keep(ANN, [kept(observed(2)), Kept("x", None, 1, False, observed(3))])  # type: ignore[arg-type]
    assert store.tasks("ann") == [kept(observed(1))]


def test_what_could_not_be_graded_has_no_key_and_so_is_run_again(store: Store) -> None:
    store.keep(ANN, [kept(Observed(State.NOT_GRADED, "The server went away."))])
    assert store.keys("ann") == {}
    store.keep(ANN, [kept(Observed(State.NO_TESTS, "There is no test."))])
    assert store.keys("ann") == {"users": "key"}


def test_a_full_store_says_so_in_one_sentence_and_loses_nothing(store: Store) -> None:
    store.keep(ANN, [kept(observed(1))])
    with store._engine.connect() as connection:  # the same one is used by all that follows
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    large = Observed(State.GRADED, "x" * 1_000_000)
    with pytest.raises(StoreError, match=r"disk is full\).*--resume"):
        store.keep(Submission("bob", "b", "d"), [kept(large)])
    assert store.students() == ["ann"]
    assert store.tasks("ann") == [kept(observed(1))]


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("marks: all of them" * 100)
    with pytest.raises(StoreError, match="not a database"), Store(tmp_path / FILE):
        pass


def test_a_store_of_another_version_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreError, match="another version"), Store(tmp_path / FILE):
        pass


def test_the_log_is_written_ahead_and_keys_are_kept(store: Store) -> None:
    with store._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


def test_no_column_holds_the_text_of_a_submission_or_points_that_follow(store: Store) -> None:
    tables = inspect(create_engine(f"sqlite:///{store.path}"))
    names = {column["name"] for column in tables.get_columns("tasks")}
    assert names.isdisjoint({"points", "score", "cell", "source"})


KILLED = KillMatrix(("test_a",))
for variant in ("as-it-is", "renamed", "by-index", "nameless"):
    KILLED.add("test_a", variant, Observation(Outcome.PASSED))
KILLED.add("test_a", "twice", Observation(Outcome.FAILED, "no error"))


def mended(small: Assignment, old: str, new: str) -> Assignment:
    (small.folder / "variants.py").write_text(VARIANTS.replace(old, new))
    return read(small.folder)


def graded(store: Store, assignment: Assignment) -> Graded:
    (one,) = Gradebook(store, assignment, Keys(assignment, VERSIONS, "run"))
    return one


def test_points_follow_from_the_assignment_as_it_is_now(store: Store, small: Assignment) -> None:
    key = Keys(small, VERSIONS, "run").key("users", "cell")
    store.keep(ANN, [kept(Observed(State.GRADED, matrix=KILLED), key)])
    assert graded(store, small).points == 2
    dearer = mended(small, "points=2", "points=5")
    assert (graded(store, dearer).points, graded(store, dearer).most) == (5, 6)
    assert Keys(dearer, VERSIONS, "run").key("users", "cell") == key


def test_what_was_seen_of_other_variants_is_not_judged(store: Store, small: Assignment) -> None:
    key = Keys(small, VERSIONS, "run").key("users", "cell")
    store.keep(ANN, [kept(Observed(State.GRADED, matrix=KILLED), key)])
    other = mended(small, "TO one_email", "TO an_email")
    (result,) = graded(store, other).results
    assert (result.state, result.message) == (State.NOT_GRADED, STALE)


def test_a_mark_by_hand_stands_in_place_of_what_was_earned(store: Store, small: Assignment) -> None:
    key = Keys(small, VERSIONS, "run").key("users", "cell")
    store.keep(ANN, [kept(Observed(State.GRADED, matrix=KILLED), key)])
    store.adjust(Adjustment("ann", "users", 2.5, "Almost all.", "teacher"))
    one = graded(store, small)
    assert (one.points, one.results[0].earned, one.comment) == (2.5, 2, "Users: Almost all.")
    store.adjust(Adjustment("ann", "users", None, "", "teacher"))
    assert graded(store, small).points == 2


@pytest.mark.parametrize(
    ("change", "same"),
    [
        (("The first hint.", "Another hint."), True),
        (("points=2", "points=1"), True),
        (("Two users may have one email.", "A bug."), True),
        (("TO one_email", "TO an_email"), False),
        (('drop_not_null("users", "name")', 'drop_not_null("users", "email")'), False),
        (('Task("users", "Users")', 'Task("users", "Users", statements=9)'), False),
    ],
)
def test_a_key_changes_with_what_is_run_and_not_with_what_is_said(
    small: Assignment, change: tuple[str, str], same: bool
) -> None:
    before = Keys(small, VERSIONS, "run").key("users", "cell")
    after = Keys(mended(small, *change), VERSIONS, "run").key("users", "cell")
    assert (before == after) is same


def test_a_key_depends_on_the_cell_the_versions_and_the_sandbox(small: Assignment) -> None:
    keys = Keys(small, VERSIONS, "run")
    newer = Versions("18.2", "3.11", {"nomocks": "0.1"}, "shop")
    others = [
        keys.key("users", "other"),
        keys.key("users", None),
        Keys(small, newer, "run").key("users", "cell"),
        Keys(small, VERSIONS, "submission").key("users", "cell"),
    ]
    assert len({keys.key("users", "cell"), *others}) == 5
