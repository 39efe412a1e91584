"""Code to plant bugs in, as an application would have it."""

import functools
from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import Any

LIMIT = 3


def logged(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def inner(*args: Any, **kwargs: Any) -> Any:
        return "logged", function(*args, **kwargs)

    return inner


def double(number: int, *, plus: int = 0) -> int:
    return number * 2 + plus


@logged
def decorated(number: int) -> int:
    return number + 1


async def later(number: int) -> int:
    return number + LIMIT


@asynccontextmanager
async def block():  # type: ignore[no-untyped-def]
    yield "original"


def outer(step: int) -> Callable[[int], int]:
    def add(number: int) -> int:
        return number + step

    return add


add_two = outer(2)


class Base:
    def name(self) -> str:
        return "base"


class Thing(Base):
    size = 1

    def name(self) -> str:
        return super().name() + " thing"

    @staticmethod
    def made() -> str:
        return "original"

    @property
    def large(self) -> bool:
        return self.size > 1


def fails() -> None:
    ok = True
    assert ok
