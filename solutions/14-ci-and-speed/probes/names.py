"""Tries to make two workers meet, and to have a database dropped that is still in use."""

import re

import answer
from sqlalchemy import text

TEMPLATE = "shop_test"
WORKERS = ("master", *(f"gw{number}" for number in range(12)))
RUNS = ("1", "11", "111", "2", "feature/lamps", "feature/Lamps", "feature-lamps", "feature/lamp")
LONG = "release/" + "the-great-sale-of-the-year-" * 4
OTHERS = ("shop", "postgres", "template1", TEMPLATE, f"{TEMPLATE}_archive", f"{TEMPLATE}2")


def name_of(worker="gw0", run="1", template=TEMPLATE):
    assert hasattr(answer, "database_name"), "Your cell has no function database_name."
    name = answer.database_name(template, worker, run)
    assert isinstance(name, str), f"database_name returned a {type(name).__name__}, not a text."
    return str(name)


def left_over(names, running=()):
    assert hasattr(answer, "left_over"), "Your cell has no function left_over."
    found = answer.left_over(list(names), TEMPLATE, list(running))
    assert isinstance(found, list), f"left_over returned a {type(found).__name__}, not a list."
    return {str(name) for name in found}


def one_run(run, template=TEMPLATE):
    return [name_of(worker, run, template) for worker in WORKERS]


def test_each_worker_has_its_own():
    names = one_run("1")
    for worker, name in zip(WORKERS, names, strict=True):
        same = [w for w, other in zip(WORKERS, names, strict=True) if other == name]
        assert same == [worker], f"The workers {' and '.join(same)} both get {name!r}."
        assert name == name_of(worker), f"{worker} got {name!r}, and another name the next time."


def test_runs_do_not_meet():
    owners = {}
    for run in RUNS:
        for worker in WORKERS:
            before = owners.setdefault(name_of(worker, run), (run, worker))
            told = f"{worker} of run {run!r} has the name of {before[1]} of run {before[0]!r}."
            assert before[0] == run, told


async def test_names_differ_when_they_are_cut(session):
    names = [name for run in (f"{LONG}1", f"{LONG}2") for name in one_run(run)]
    cast = text("SELECT CAST(name AS name)::text FROM unnest(CAST(:names AS text[])) AS name")
    stored = (await session.scalars(cast, {"names": names})).all()
    assert len(names) == len(set(names)), "Two workers of two long runs have one name."
    assert len(set(stored)) == len(names), (
        f"PostgreSQL cuts {names[0]!r} to {stored[0]!r}, and another worker's name to the same."
    )


def test_a_name_needs_no_quotes():
    for run in (*RUNS, "Größe 7", 'a "quoted" branch'):
        name = name_of("gw0", run)
        assert re.fullmatch(r"[a-z_][a-z0-9_]*", name), f"The run {run!r} gives the name {name!r}."


def test_the_template_is_not_a_workers():
    for worker in WORKERS:
        assert name_of(worker) != TEMPLATE, f"{worker} gets the template itself."


def test_databases_of_ended_runs_are_left_over():
    ended = {name for run in RUNS for name in one_run(run)}
    missing = sorted(ended - left_over([*OTHERS, *ended]))
    assert not missing, f"All runs have ended, and {missing[0]!r} is not among those that may go."


def test_databases_of_a_run_that_goes_on_are_kept():
    ended = [*one_run("11"), *one_run("feature/lamps")]
    going_on = [*one_run("1"), *one_run("feature/Lamps")]
    lost = left_over([*ended, *going_on], ["1", "feature/Lamps"]) & set(going_on)
    assert not lost, f"{min(lost)!r} may go, you say, and its run goes on."


def test_other_databases_are_spared():
    others = [*OTHERS, *one_run("1", "shop_test_archive"), *one_run("1", "shop")]
    lost = left_over([*others, *one_run("1")]) & set(others)
    assert not lost, f"{min(lost)!r} may go, you say, and it is no worker's of {TEMPLATE}."
