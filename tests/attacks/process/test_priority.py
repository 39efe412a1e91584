"""More of the processors than the neighbors: priority, real time, all processors for itself."""

from tests.attacks.conftest import Attack

CELL = """\
def test_hurry():
    got = []
    for name, call in {
        "nice": lambda: os.nice(-5),
        "setpriority": lambda: os.setpriority(os.PRIO_PROCESS, 0, -10),
        "fifo": lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50)),
        "round robin": lambda: os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1)),
    }.items():
        try:
            call()
            got.append(name)
        except OSError:
            pass
    raise RuntimeError(got)
"""


def test_a_run_has_no_priority(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: []")
