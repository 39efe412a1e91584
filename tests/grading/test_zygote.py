"""Test runs are forked from a process where pytest is set up, and which ends with its owner."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from nomocks.grading.engine import grade
from nomocks.grading.errors import NotGradedError
from nomocks.grading.forks import Zygote, running_zygote, zygote
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.code import Rewrite
from nomocks.mutation.variants import Planted

TARGET = "shop.services.users:normalized"
HANGS = (Rewrite(TARGET, "def normalized(email):\n    while True: pass"),)
OWNER = """\
import sys, time
from nomocks.grading.forks import zygote
print(zygote().folder, flush=True)
sys.stdin.read()
"""

# In a process of its own, where no other thread is.
CALLS = f"""\
import asyncio, threading
from nomocks.grading.noting import calls_noted
from shop.services.users import normalized
from sqlalchemy.util import greenlet_spawn

def nothing(): pass
def call(): normalized("A@B.C")
def in_coroutine():
    async def awaits(): call()
    asyncio.run(awaits())
def in_greenlet(): asyncio.run(greenlet_spawn(call))
def in_thread():
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()

for calls in (nothing, in_coroutine, in_greenlet, in_thread):
    with calls_noted(("{TARGET}",)) as called:
        calls()
    print(sorted(called))
waiting = threading.Event()
threading.Thread(target=waiting.wait).start()
with calls_noted(("{TARGET}",)) as called:
    waiting.set()  # what this thread calls, nobody sees
print(sorted(called))
"""

DRAWS = """\
import mine
from hypothesis import given, settings, strategies as st
from nomocks.grading import warm

drawn = set()
{prepare}

@settings(derandomize=True, database=None, max_examples=2000)
@given(st.integers())
def draw(number):
    drawn.add(number)

draw()
print(mine.NUMBER in drawn)
"""


def printed(program: str) -> str:
    """The output of a program."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert not done.returncode, done.stderr
    return done.stdout


def test_a_test_is_not_run_on_changes_of_what_it_never_calls(small: Assignment) -> None:
    _, nameless = small.variants.mutants
    mutants = (replace(nameless, name="hangs", statements=(), code=HANGS), nameless)
    changed = replace(small, variants=replace(small.variants, mutants=mutants, twins=()))
    result = grade(changed, "users", small.solution("users"))
    original, hanging = (
        result.matrix.seen("test_a_user_has_a_name", name) for name in ("as-it-is", "hangs")
    )
    assert hanging == original[:1]
    assert result.survivors == mutants[:1]


def test_a_call_is_noted_in_a_coroutine_a_greenlet_and_a_thread() -> None:
    assert printed(CALLS).split() == ["[]", *[f"['{TARGET}']"] * 4]


def test_what_changes_more_than_functions_matters_to_every_test() -> None:
    assert Planted(("ALTER TABLE users ADD x int",), HANGS).matters_to(set())
    assert not Planted((), HANGS).matters_to({"shop.services.users:register"})
    assert Planted((), HANGS).matters_to({TARGET})


def test_it_ends_with_its_owner_and_leaves_no_folder() -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout
    folder = Path(owner.stdout.readline().strip())
    assert folder.is_dir()
    owner.kill()
    owner.communicate()
    until = time.monotonic() + 20
    while folder.exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert not folder.exists()


def test_another_takes_the_place_of_one_that_has_ended(small: Assignment) -> None:
    lost = zygote()
    lost.process.kill()
    lost.process.wait()
    assert running_zygote() is not lost
    assert grade(small, "users", small.solution("users")).full


def test_one_that_is_lost_in_the_middle_is_not_the_fault_of_the_tests(tmp_path: Path) -> None:
    lost = Zygote(tmp_path)
    lost.process.kill()
    lost.process.wait()
    with pytest.raises(NotGradedError, match="ended by itself"):
        lost.fork()
    lost.close()


def test_a_fork_of_its_owner_starts_one_of_its_own() -> None:
    ours = zygote()
    process = os.fork()
    if process == 0:
        os._exit(int(zygote() is ours))
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
    assert zygote() is ours
    assert ours.runs


@pytest.mark.parametrize("prepared", [False, True])
def test_what_hypothesis_draws_is_not_taken_from_modules(tmp_path: Path, prepared: bool) -> None:
    (tmp_path / "mine.py").write_text("NUMBER = 271828182845\n")
    program = DRAWS.format(prepare="warm.draw_the_same()" if prepared else "")
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(not prepared)
