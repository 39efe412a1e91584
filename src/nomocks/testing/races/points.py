"""Points where a transaction can be held: before or after a statement, or one that a test names."""

import re
from dataclasses import dataclass

COMMIT = "COMMIT"
ROLLBACK = "ROLLBACK"
COLUMNS = re.compile(r"^SELECT .{30,}? FROM ")  # what a sentence leaves out
LONGEST = 80  # characters of a statement in a sentence


@dataclass(frozen=True)
class Step:
    """What a participant is about to do, or has just done."""

    when: str  # before, after or at
    what: str  # a statement, its white space as single spaces, or a name

    def __str__(self) -> str:
        return f"{self.when} {shortened(self.what)}"


@dataclass(frozen=True)
class Point:
    """The `nth` step that matches, counted from where the participant is."""

    when: str
    what: str | re.Pattern[str]
    nth: int = 1

    def __str__(self) -> str:
        what = self.what if isinstance(self.what, str) else f"/{self.what.pattern}/"
        return f"the point {self.when} {what}" + (f", number {self.nth}" if self.nth > 1 else "")

    def matches(self, step: Step) -> bool:
        return self.when == step.when and self.finds(step.what)

    def finds(self, what: str) -> bool:
        if isinstance(self.what, re.Pattern):
            return bool(self.what.search(what))
        if self.when == "at":
            return self.what == what
        return self.what.lower() in what.lower()


def before(what: str | re.Pattern[str], nth: int = 1) -> Point:
    """Before a statement that contains this text, in any case, or that the pattern is found in.

    White space in the statement counts as one space. Before it commits is `before(COMMIT)`.
    """
    return Point("before", what, nth)


def after(what: str | re.Pattern[str], nth: int = 1) -> Point:
    """After such a statement. `after(COMMIT)` is known of ORM sessions alone."""
    return Point("after", what, nth)


def at(name: str, nth: int = 1) -> Point:
    """At `await point(name)` in a participant's own code."""
    return Point("at", name, nth)


def shortened(statement: str) -> str:
    """A statement for a sentence: without columns, and with its end, which may say FOR UPDATE."""
    text = COLUMNS.sub("SELECT … FROM ", statement)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 20]} … {text[-17:]}"
