"""The kinds of walls that hostile tests can be run in here, the stronger ones first."""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nomocks.grading.sandbox import needs
from nomocks.grading.sandbox.needs import Finding
from nomocks.grading.sandbox.walls import OpenWalls, within_landlock, within_namespaces

SETTING = "NOMOCKS_TIER"
CONTAINER = (
    'docker run --rm --network none --shm-size 2g -v "${PWD}:/course" nomocks-grader '
    "grade SUBMISSIONS --assignment SLUG"
)


class SandboxError(RuntimeError):
    """Why nothing can be graded safely here, and what to do about it. One sentence."""


@dataclass(frozen=True)
class Tier:
    """One kind of walls: what it needs, and how a worker gets them around its folder."""

    name: str
    description: str
    findings: Callable[[], Iterator[Finding]]
    walls: Callable[[Path], OpenWalls]

    def lacks(self) -> list[Finding]:
        """What is missing here."""
        return [one for one in self.findings() if not one.holds]


def _landlock() -> Iterator[Finding]:
    return needs.of_landlock(disposable=os.environ.get(SETTING) == "landlock")


TIERS = (
    Tier(
        "namespaces",
        "bubblewrap, and namespaces for each run",
        needs.of_namespaces,
        within_namespaces,
    ),
    Tier(
        "landlock",
        "Landlock and a user for each run, in a container to throw away",
        _landlock,
        within_landlock,
    ),
)


@cache
def chosen() -> Tier:
    """The first that holds here, or the one that ``$NOMOCKS_TIER`` names.

    Raises SandboxError where none does.
    """
    wanted = os.environ.get(SETTING)
    tiers = [tier for tier in TIERS if wanted in (None, "", tier.name)]
    if not tiers:
        names = " or ".join(tier.name for tier in TIERS)
        raise SandboxError(f"{SETTING} is {wanted!r}: set it to {names}, or not at all.")
    problems = []
    for tier in tiers:
        lacks = tier.lacks()
        if not lacks:
            return tier
        problems.append(lacks[0])
    raise SandboxError(_refusal(problems[-1 if needs.in_container() else 0]))


def require_sandbox() -> None:
    """Raises SandboxError unless hostile tests can be walled in here."""
    chosen()


def _refusal(problem: Finding) -> str:
    if sys.platform != "linux":
        return (
            "Tests of others can be run safely on Linux only: use a container with the grader "
            f"({CONTAINER}; appendix C tells how to make it); --unsafe is for your own notebooks "
            "only."
        )
    return (
        f"Tests of others can't be run safely here, {problem.what} is missing: {problem.remedy}. "
        "`nomocks doctor` tells more; --unsafe is for your own notebooks only."
    )
