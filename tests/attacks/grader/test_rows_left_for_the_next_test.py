"""Tests that tell each other things: by variables, files, and rows that are committed."""

from tests.attacks.conftest import Attack

CELL = """\
SEEN = {}

@pytest.mark.isolation("delete")
async def test_writes(sessions):
    SEEN["name"] = 1
    open("/box/seen", "w").close()
    async with sessions.begin() as session:
        session.add(User(email="left@b.c", name="A"))

async def test_reads(session):
    assert await session.scalar(select(func.count(User.id))) in (0, 1)
    assert len(SEEN) in (0, 1)
"""


def test_they_learn_nothing_of_the_variant(attack: Attack) -> None:
    attack(CELL)
