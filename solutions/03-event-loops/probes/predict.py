"""Runs each program, and compares what happens with what was predicted."""

import answer
import given
import pytest

from nomocks.grading.predictions import compare


@pytest.fixture
def happens(worker_database):
    """Runs the program of this name, and looks the prediction up."""

    def happens(name: str) -> None:
        try:
            found = getattr(given, name)(worker_database.url)
        except Exception as error:
            found = type(error).__name__
        compare(answer, name, found)

    return happens


def test_two_runs(happens):
    happens("two_runs")


def test_logins_without_a_pool(happens):
    happens("logins_without_a_pool")


def test_two_statements_at_once(happens):
    happens("two_statements_at_once")


def test_a_guard_at_the_door(happens):
    happens("a_guard_at_the_door")


def test_too_late(happens):
    happens("too_late")


def test_a_task_is_left(happens):
    happens("a_task_is_left")


def test_synchronous_code(happens):
    happens("synchronous_code")
