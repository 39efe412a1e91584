"""A pytest plugin that ends a test that hangs in a notebook, and leaves the kernel usable.

pytest-timeout can't: it needs the main thread, where the kernel runs, or ends the process.
"""

import asyncio
import ctypes
import inspect
import threading
from collections.abc import Awaitable, Callable, Generator
from functools import wraps

import pytest

SECONDS = pytest.StashKey[float]()  # set later than the command line could
GRACE = 1.0  # seconds that a test's own time-out has to work before the thread is interrupted


class TestTookTooLong(BaseException):
    """Raised inside a test at its time limit; no ``except Exception`` of the test stops it."""

    __test__ = False

    def __str__(self) -> str:
        return super().__str__() or "the test ran on past its time limit"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("nomocks_seconds", "how long a test in a notebook cell may take", default="10")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Give a coroutine a time-out of its own: waiting for a lock ends there."""
    if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
        item.obj = _limited(item.obj, _seconds(item))


def _seconds(item: pytest.Item) -> float:
    return item.config.stash.get(SECONDS, None) or float(item.config.getini("nomocks_seconds"))


def _limited(
    function: Callable[..., Awaitable[object]], seconds: float
) -> Callable[..., Awaitable[object]]:
    @wraps(function)
    async def limited(*args: object, **kwargs: object) -> object:
        __tracebackhide__ = True
        try:
            async with asyncio.timeout(seconds) as limit:
                return await function(*args, **kwargs)
        except TimeoutError as error:
            if limit.expired():
                late = TestTookTooLong(f"the test waited for more than {seconds:g} s")
                where = error.__cause__ or error  # the cancellation, raised where the test waits
                raise late.with_traceback(where.__traceback__) from None
            raise

    return limited


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Interrupt a loop that never waits, by raising in its thread."""
    __tracebackhide__ = True
    thread = threading.get_ident()
    timer = threading.Timer(_seconds(item) + GRACE, _interrupt, [thread])
    timer.daemon = True
    timer.start()
    try:
        return (yield)
    finally:
        timer.cancel()


def _interrupt(thread: int) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), ctypes.py_object(TestTookTooLong)
    )
