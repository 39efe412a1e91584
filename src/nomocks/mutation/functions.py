"""One function with other code in it, for as long as a block lasts.

The code is exchanged inside the function object, so whoever has imported or decorated the function
runs the new one. Tracebacks show its lines.
"""

import ast
import contextlib
import inspect
import itertools
import linecache
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

from nomocks.mutation.errors import VariantError
from nomocks.mutation.targets import found

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Body:
    """What a function runs."""

    code: CodeType
    defaults: tuple[Any, ...] | None
    keyword_defaults: dict[str, Any] | None

    @classmethod
    def of(cls, function: FunctionType) -> "Body":
        return cls(function.__code__, function.__defaults__, function.__kwdefaults__)

    def does_as(self, other: "Body") -> bool:
        """Whether both have the same bytecode and the same defaults."""
        return (_bare(self.code), self.defaults, self.keyword_defaults) == (
            _bare(other.code),
            other.defaults,
            other.keyword_defaults,
        )


def function_at(target: str) -> FunctionType:
    """The function of a name such as ``shop.services.orders:place_order``, under its decorators.

    Raises VariantError when there is none.
    """
    value = found(target)
    if isinstance(value, property):
        value = value.fget
    value = inspect.unwrap(getattr(value, "__func__", value))
    if not isinstance(value, FunctionType):
        raise VariantError(f"{target} is no function of Python's: name one, as module:function.")
    return value


def source_of(target: str) -> str:
    """A function's source, without its indentation. Raises VariantError when there is none."""
    try:
        return textwrap.dedent(inspect.getsource(function_at(target)))
    except OSError:
        raise VariantError(
            f"The source of {target} can't be read, so it can't be patched."
        ) from None


def patched(target: str, old: str, new: str) -> Body:
    """The function with another text in one place. Raises VariantError unless it is there once."""
    source = source_of(target)
    count = source.count(old)
    if count != 1:
        raise VariantError(
            f"The text {old!r} is in {target} {count} times: choose one that is there exactly once."
        )
    return rewritten(target, source.replace(old, new))


def rewritten(target: str, source: str) -> Body:
    """The function as this source defines it. Raises VariantError on a source that can't be one."""
    function = function_at(target)
    free = function.__code__.co_freevars
    file = f"<variant {next(_numbers)} of {target}>"
    text = textwrap.dedent(source)
    try:
        definition = ast.parse(text).body[-1]
        if not isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef):
            raise VariantError(f"The new source of {target} must end with the function.")
        definition.decorator_list = []
        tree = ast.Module([_within(definition, free) if free else definition], [])
        code = compile(ast.fix_missing_locations(tree), file, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, IndexError) as error:
        if isinstance(error, VariantError):
            raise
        raise VariantError(f"The new source of {target} is no Python ({error}).") from None
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    made: dict[str, Any] = {}
    exec(code, function.__globals__, made)
    new = made["outer"](*free) if free else made[definition.name]
    if new.__code__.co_freevars != free:
        raise VariantError(f"The new source of {target} must use the same outer variables: {free}.")
    return Body.of(new)


def delegating(target: str, by: Callable[..., Any]) -> Body:
    """The function as one that calls another, which keeps the globals of its own module."""

    def call(*args: Any, **kwargs: Any) -> Any:
        other: Any = "the other"
        return other(*args, **kwargs)

    async def wait(*args: Any, **kwargs: Any) -> Any:
        other: Any = "the other"
        return await other(*args, **kwargs)

    if function_at(target).__code__.co_freevars:
        raise VariantError(f"{target} uses variables of an outer function: patch it instead.")
    code = (wait if inspect.iscoroutinefunction(by) else call).__code__
    constants = tuple(by if one == "the other" else one for one in code.co_consts)
    return Body(code.replace(co_consts=constants), None, None)


@contextlib.contextmanager
def exchanged(target: str, body: Body) -> Iterator[None]:
    """Put a body into a function, and its own back at the end.

    Raises VariantError if that changes nothing.
    """
    function = function_at(target)
    before = Body.of(function)
    if body.does_as(before):
        raise VariantError(f"The variant of {target} does what the original does: change the code.")
    _put(function, body)
    try:
        yield
    finally:
        _put(function, before)


def _put(function: FunctionType, body: Body) -> None:
    function.__code__ = body.code
    function.__defaults__ = body.defaults
    function.__kwdefaults__ = body.keyword_defaults


def _within(definition: ast.stmt, free: tuple[str, ...]) -> ast.stmt:
    """The definition inside a function that has its outer variables."""
    outer = ast.parse("def outer():\n    return inner").body[0]
    assert isinstance(outer, ast.FunctionDef)
    outer.args.args = [ast.arg(name) for name in free]
    outer.body = [definition, ast.Return(ast.Name(definition.name, ast.Load()))]  # type: ignore[attr-defined]
    return outer


def _bare(code: CodeType) -> CodeType:
    """The code without where it was written."""
    constants = tuple(_bare(one) if isinstance(one, CodeType) else one for one in code.co_consts)
    return code.replace(
        co_consts=constants,
        co_filename="",
        co_firstlineno=1,
        co_linetable=b"",
        co_name="",
        co_qualname="",
    )
