"""The grader's and the toolkit's fixtures defined again: a session that always refuses."""

from tests.attacks.conftest import Attack

CELL = """\
@pytest.fixture
def code_of_variant():
    yield

@pytest.fixture
def worker_database():
    return None

class Refusing:
    def add(self, _): pass
    async def flush(self): raise IntegrityError("refused", {}, Exception())

@pytest.fixture
def session():
    return Refusing()

async def test_name(session):
    session.add(User(email="a@b.c"))
    with pytest.raises(IntegrityError):
        await session.flush()
"""


def test_a_made_up_session_catches_no_bug(attack: Attack) -> None:
    result = attack(CELL)
    assert result.tests[0].reason == ""
