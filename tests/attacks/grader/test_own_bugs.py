"""A test that plants the bug itself, and then catches it."""

from tests.attacks.conftest import Attack

CELL = """\
async def test_planted(session):
    User.__table__.c.name.nullable = True
    await session.execute(text("CREATE TEMP TABLE users (LIKE public.users)"))
    await session.execute(text("ALTER TABLE users ALTER COLUMN name DROP NOT NULL"))
    session.add(User(id=1, email="a@b.c"))
    with pytest.raises(IntegrityError):
        await session.flush()
"""


def test_it_is_there_on_correct_variants_as_well(beside: Attack) -> None:
    beside(CELL)
