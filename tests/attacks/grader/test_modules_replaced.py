"""Modules of pytest, of the grader and of the shop replaced in ``sys.modules``."""

from tests.attacks.conftest import Attack

CELL = """\
import sys, types

class Failing(types.ModuleType):
    def __getattr__(self, name):
        raise AssertionError("forged")

def test_replaced():
    for name in [*sys.modules]:
        if name.startswith(("nomocks", "shop", "_pytest.runner", "_pytest.reports", "json")):
            sys.modules[name] = Failing(name)

async def test_next(session):
    from shop.models import User
    session.add(User(email="a@b.c", name="A"))
    await session.flush()
"""


def test_it_earns_nothing_and_the_next_run_has_its_own(attack: Attack) -> None:
    attack(CELL)
