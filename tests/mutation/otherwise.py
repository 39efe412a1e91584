"""Some of the same functions, written differently."""

FACTOR = 2


def double(number: int, *, plus: int = 0) -> int:
    return plus + FACTOR * number


async def later(number: int) -> int:
    return 3 + number + FACTOR - 2
