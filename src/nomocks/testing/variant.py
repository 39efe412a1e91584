"""What a test can be run against besides the schema as it is."""

from typing import Protocol


class Variant(Protocol):
    """A changed schema, as the statements that make it from the original."""

    @property
    def statements(self) -> tuple[str, ...]:
        """SQL to run, in order, inside the test's transaction."""
        ...
