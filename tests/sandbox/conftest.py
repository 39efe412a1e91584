"""The small assignment."""

from tests.grading.conftest import small

__all__ = ["small"]
