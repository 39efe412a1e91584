"""Several sessions on one connection: one may work inside another, but not in turns.

Each transaction of a session is a savepoint there. A savepoint that ends takes along those begun
after it, so a session must not go on before the one that began inside it has ended.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, event
from sqlalchemy.orm import Session, SessionTransaction

from nomocks.testing.places import place_in_your_code

TURNS = "nomocks turns"  # key in Session.info


class SessionsOverlap(Exception):
    """Raised when two sessions in use at once would undo each other's work."""


@dataclass(frozen=True)
class Turn:
    """A savepoint that a session has begun and not ended, and the line that began it."""

    session: Session
    transaction: SessionTransaction
    place: str


class SharingSession(Session):
    """A session that shares its connection; `info[TURNS]` lists the open turns of all of them."""


@event.listens_for(SharingSession, "after_begin")
def _begin(session: Session, transaction: SessionTransaction, _connection: Connection) -> None:
    session.info[TURNS].append(Turn(session, transaction, place_in_your_code()))


@event.listens_for(SharingSession, "after_transaction_end")
def _end(session: Session, transaction: SessionTransaction) -> None:
    turns: list[Turn] = session.info[TURNS]
    turns[:] = [turn for turn in turns if turn.transaction is not transaction]


@event.listens_for(SharingSession, "before_flush")
@event.listens_for(SharingSession, "after_flush")
def _flush(session: Session, *_: object) -> None:
    _refuse_overlap(session)


@event.listens_for(SharingSession, "before_commit")
def _commit(session: Session) -> None:
    _refuse_overlap(session)


def _refuse_overlap(session: Session) -> None:
    turns: list[Turn] = session.info[TURNS]
    own = [turn for turn in turns if turn.session is session]
    if own and turns[-1].session is not session:
        raise SessionsOverlap(
            f"The session begun at {own[-1].place} goes on while the one begun at "
            f"{turns[-1].place} is still open, and under the isolation rollback both share one "
            'connection: end that one first, or mark the test @pytest.mark.isolation("delete").'
        )
