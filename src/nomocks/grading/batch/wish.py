"""What ``nomocks grade`` is asked for."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nomocks.grading.batch.found import Found
from nomocks.grading.graded import Graded
from nomocks.grading.reveal import Reveal

Enter = Callable[[Iterable[Graded], Sequence[Found]], Sequence[str]]


@dataclass(frozen=True)
class Wish:
    """What the command is asked for; ``dask`` is the address of a scheduler."""

    submissions: Path
    slug: str
    solutions: Path | None = None
    into: Path = Path("graded")
    resume: bool = False
    workers: int | None = None
    isolation: str = "run"
    unsafe: bool = False
    dask: str | None = None
    reveal: Reveal = Reveal.HINT
    formats: tuple[str, ...] = ()
    seed: int | None = None
    enter: Enter | None = None  # the marks elsewhere too; gives sentences for the teacher

    @property
    def walls(self) -> str:
        """The isolation, or "none"."""
        return "none" if self.unsafe else self.isolation
