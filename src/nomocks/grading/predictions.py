"""For probes: what a student says that a program does, compared with what it does."""

import inspect
from collections.abc import Callable
from decimal import Decimal
from types import ModuleType

NUMBERS = {int, float, Decimal}


async def outcome(program: Callable[..., object], *arguments: object) -> object:
    """What a program returns, or the name of the exception that it raises."""
    try:
        result = program(*arguments)
        return await result if inspect.isawaitable(result) else result
    except Exception as error:
        return type(error).__name__


def compare(answer: ModuleType, name: str, found: object) -> None:
    """Raises AssertionError unless ``answer.PREDICTED[name]`` is what was found.

    The message does not give the right value away.
    """
    predicted = getattr(answer, "PREDICTED", {}).get(name)
    assert predicted is not None, f"There is no prediction for {name}."
    assert agree(predicted, found), f"Your prediction for {name} differs from what happened."


def agree(predicted: object, found: object) -> bool:
    """Whether both are equal, and of known types all through, so that nothing equals everything.

    A tuple is as good as a list, and a number as good as an equal one of another type.
    """
    if isinstance(predicted, list | tuple) and isinstance(found, list | tuple):
        return len(predicted) == len(found) and all(
            agree(one, other) for one, other in zip(predicted, found, strict=True)
        )
    alike = type(predicted) is type(found) or {type(predicted), type(found)} <= NUMBERS
    return alike and predicted == found
