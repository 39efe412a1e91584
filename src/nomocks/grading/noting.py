"""What a test does besides passing or failing: the statements that it sends, and what it calls."""

import contextlib
import sys
import threading
from collections.abc import Iterator
from types import FrameType

from sqlalchemy import Engine, event

from nomocks.mutation.functions import function_at
from nomocks.mutation.variants import Planted
from nomocks.testing.statements import is_of_transaction


@contextlib.contextmanager
def counted(variant: Planted | None) -> Iterator[list[str]]:
    """The statements sent in the block by any engine, less those that plant the variant."""
    sent: list[str] = []
    ddl = variant.statements if variant else ()

    def note(_: object, __: object, text: str, *___: object) -> None:
        if not is_of_transaction(text) and text not in ddl:
            sent.append(text)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@contextlib.contextmanager
def calls_noted(targets: tuple[str, ...]) -> Iterator[set[str]]:
    """Which of these functions are called in the block; all, if an older thread might call them."""
    if threading.active_count() > 1:  # it can't be watched before Python 3.12
        yield set(targets)
        return
    wanted = {function_at(target).__code__: target for target in targets}
    called: set[str] = set()

    def note(frame: FrameType, kind: str, _: object) -> None:
        if kind == "call" and frame.f_code in wanted:
            called.add(wanted[frame.f_code])

    if not wanted:
        yield called
        return
    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield called
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
