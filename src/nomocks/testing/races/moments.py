"""What the participants of a race did, and when, for those who want to see or to draw it."""

from dataclasses import dataclass
from enum import StrEnum


class Did(StrEnum):
    """What a participant did at a moment."""

    SENDS = "sends"
    WAITS = "waits"  # for a lock, as the server says
    DONE = "done"
    FAILED = "failed"
    SAYS = "says"  # `point` in its own code


@dataclass(frozen=True)
class Moment:
    """A step of a participant. Commits and rollbacks are statements of these names."""

    seconds: float  # since the race began
    who: str
    did: Did
    what: str  # a statement, the SQLSTATE of a failure, or the name of a point
