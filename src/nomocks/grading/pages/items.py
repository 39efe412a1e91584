"""Item analysis: what a class's points say of each bug and promise, and of the class."""

import itertools
import math
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

FEWEST = 20  # answers; below that an interval spans half the scale and more
FEWEST_EACH = 3  # that earned the item, and that did not
MOST_BINS = 16
CERTAINTY = statistics.NormalDist().inv_cdf(0.975)  # of an interval of 95 %


@dataclass(frozen=True)
class Discrimination:
    """How well an item tells strong answers from weak ones, from -1 to 1, in ``n`` answers.

    ``low`` and ``high`` are the ends of its 95 % confidence interval.
    """

    r: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Bin:
    """How many students have from ``low`` to ``high`` points, both included."""

    low: int
    high: int
    count: int

    @property
    def label(self) -> str:
        """The points as people read them."""
        return f"{self.low}" if self.low == self.high else f"{self.low}-{self.high}"


def discrimination(answers: Sequence[tuple[bool, float]]) -> Discrimination | None:
    """Of an item that each answer earned or not, beside the points of that answer's other items.

    It is the point-biserial correlation of the two, with the item left out of the points
    (Henrysson, Psychometrika 28, 1963), and an interval by Fisher's z. None where the answers are
    too few, or nearly all alike.
    """
    earned = sum(one for one, _ in answers)
    if len(answers) < FEWEST or min(earned, len(answers) - earned) < FEWEST_EACH:
        return None
    rest = [points for _, points in answers]
    if min(rest) == max(rest):
        return None
    r = statistics.correlation([float(one) for one, _ in answers], rest)
    return Discrimination(r, *interval(r, len(answers)), len(answers))


def interval(r: float, n: int) -> tuple[float, float]:
    """The 95 % confidence interval of a correlation seen in ``n`` > 3 pairs, by Fisher's z."""
    if math.isclose(abs(r), 1):
        return r, r
    z, half = math.atanh(r), CERTAINTY / math.sqrt(n - 3)
    return math.tanh(z - half), math.tanh(z + half)


def histogram(points: Sequence[float], most: int) -> list[Bin]:
    """The distribution of points from 0 to ``most``, in at most 16 bins that are equally wide.

    The last may be narrower. Half points fall to the bin below, and what is beyond either end, as
    points given by hand may be, to the bin there.
    """
    width = next(width for width in _widths() if most // width < MOST_BINS)
    last = most // width
    counts = Counter(min(max(math.floor(one / width), 0), last) for one in points)
    return [
        Bin(index * width, min(index * width + width - 1, most), counts[index])
        for index in range(last + 1)
    ]


def _widths() -> Iterator[int]:
    for power in itertools.count():
        yield from (digit * 10**power for digit in (1, 2, 5))
