"""A fork bomb: the attacker wants the machine to stand still.

It is bounded even where nothing holds it: each fork takes one of 2,000 tokens, for 20 s at most.
"""

from nomocks.grading.result import State
from tests.attacks.conftest import Attack

BOMB = """\
def test_bomb():
    until = time.monotonic() + 20
    tokens, given = os.pipe()
    os.write(given, b"." * 2000)
    os.set_blocking(tokens, False)
    while time.monotonic() < until:
        try:
            os.read(tokens, 1)
            os.fork()
        except BlockingIOError:
            time.sleep(0.05)
"""
COUNTED = """\
def test_count():
    children = 0
    try:
        while children < 500:
            os.posix_spawn("/usr/bin/sleep", ["sleep", "10"], {})
            children += 1
    except OSError as refused:
        raise RuntimeError(f"{children <= 64} {refused.errno}")
"""


def test_a_fork_bomb_ends_with_its_run(attack: Attack) -> None:
    assert attack(BOMB).state in (State.TIMED_OUT, State.CRASHED)  # for its time or its memory


def test_a_run_has_few_processes(attack: Attack) -> None:
    (test,) = attack(COUNTED).tests
    assert test.reason.startswith("RuntimeError: True 11")  # EAGAIN
