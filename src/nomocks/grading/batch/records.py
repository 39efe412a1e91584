"""What the results store holds, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from nomocks.grading.result import Observed


@dataclass(frozen=True)
class Run:
    """One call of the command: all that its results may depend on."""

    assignment: str
    folder: str
    digest: str
    nomocks: str
    python: str
    postgres: str
    isolation: str
    unsafe: bool
    seed: int


@dataclass(frozen=True)
class Submission:
    """What a student has handed in; ``problem`` is one sentence when it can't be graded.

    ``late``, ``id`` and ``submitted`` are what the platform says that it comes from.
    """

    student: str
    path: str
    digest: str
    problem: str = ""
    late: bool = False
    id: str = ""
    submitted: str = ""


@dataclass(frozen=True)
class Kept:
    """What was seen of a task, and what that depends on."""

    task: str
    key: str
    seed: int
    unsafe: bool
    observed: Observed
    variants: Mapping[str, str] = field(default_factory=dict)  # the digest of each


@dataclass(frozen=True)
class Adjustment:
    """A mark given by hand; no points to take an earlier one back."""

    student: str
    task: str
    points: float | None
    comment: str
    who: str
    made: str = ""  # set when it is stored
