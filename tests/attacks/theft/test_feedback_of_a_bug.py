"""What a run sees of a bug, said in the feedback: the bug is told before the teacher tells it.

A test that passes on all that is correct tells, where it errs, what it found in the catalog.
"""

from nomocks.grading.reveal import Reveal, explained
from tests.attacks.conftest import Attack

CELL = """\
async def test_tell(session):
    found = await session.scalar(text("SELECT attnotnull FROM pg_attribute "
        "WHERE attrelid = 'users'::regclass AND attname = 'name'"))
    if not found:
        raise RuntimeError("told-of-the-bug: name may be null")
"""


def test_what_it_said_is_not_told_of_the_bug(attack: Attack) -> None:
    result = attack(CELL)
    for reveal in (Reveal.COUNT, Reveal.KIND, Reveal.HINT):
        told = explained(result, reveal)
        assert "told-of-the-bug" not in repr(told)
