"""Requests for one more database, without end: read by nobody, or kept all."""

import pytest

from nomocks.grading.result import State
from tests.attacks.conftest import Attack
from tests.attacks.grader.conftest import PLUGIN

UNREAD = """\
def test_ask():
    found = plugin()
    until = time.monotonic() + 30
    while time.monotonic() < until:
        found.send({"lend": True})
"""
KEPT = """\
import json

def test_ask():
    found, urls = plugin(), []
    for _ in range(100):
        found.send({"lend": True})
        urls.append(json.loads(found.pipe.recv_bytes()))
    raise RuntimeError(len({*filter(None, urls)}))
"""


def test_who_does_not_listen_is_not_waited_for(attack: Attack) -> None:
    assert attack(PLUGIN + UNREAD).state in (State.TIMED_OUT, State.CRASHED)


def test_there_are_few(attack: Attack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOMOCKS_TEST_TIMEOUT", "10")
    (test,) = attack(PLUGIN + KEPT).tests
    assert test.reason.startswith("RuntimeError: 20")
