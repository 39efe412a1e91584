"""The limits of a run, raised again."""

from tests.attacks.conftest import Attack

CELL = """\
import resource

KINDS = [getattr(resource, name) for name in ("RLIMIT_CPU", "RLIMIT_AS", "RLIMIT_NPROC",
    "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_CORE", "RLIMIT_MEMLOCK")]

def test_raise():
    raised = []
    for kind in KINDS:
        most = resource.getrlimit(kind)[1]
        for set_limit in (resource.setrlimit, lambda *a: resource.prlimit(0, *a)):
            try:
                set_limit(kind, (most + 1, most + 1))
                raised.append(kind)
            except (OSError, ValueError):
                pass
    raise RuntimeError((raised, resource.RLIM_INFINITY in
        [resource.getrlimit(kind)[1] for kind in KINDS]))
"""


def test_limits_are_hard(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: ([], False)")
