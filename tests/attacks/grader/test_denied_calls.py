"""A process that says that its tests call nothing, so as not to be run on other correct code."""

from nomocks.mutation.assignment import Assignment
from tests.attacks.grader.conftest import PLUGIN, AttackOn

CELL = """\
from shop.services import users

def test_denied():
    sys.setprofile(None)
    found = plugin()
    send = type(found).send
    found.send = lambda message: send(found, message | ({told} if "done" in message else {{}}))
    assert users.normalized.__code__.co_filename == users.register.__code__.co_filename
"""


TOLD: list[dict[str, object]] = [
    {"called": []},
    {"called": ["shop.services.users:normalized"]},
    {"called": ["shop.services.users:register"]},
    {"called": None},
    {"called": [["shop.services.users:normalized"]]},
    {"called": {"shop.services.users:normalized": 1}},
]


def test_a_test_is_run_on_correct_code_where_it_is_run_on_a_bug(
    attack_on: AttackOn, coded: Assignment
) -> None:
    for told in TOLD:
        attack_on(coded, PLUGIN + CELL.format(told=told))
