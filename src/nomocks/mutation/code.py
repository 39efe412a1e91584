"""Changes to code, as data: each is in place for the length of a block, for all who imported it.

A target is written ``module:name`` or ``module:Class.method``. A change raises VariantError when
its target is not there, when it can't be made, or when it would change nothing.
"""

import contextlib
import importlib
import inspect
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

from nomocks.mutation import mapping
from nomocks.mutation.errors import VariantError
from nomocks.mutation.functions import delegating, exchanged, function_at, patched, rewritten
from nomocks.mutation.targets import owner_of


@dataclass(frozen=True)
class Patch:
    """Another text in one place of a function's source."""

    target: str
    old: str
    new: str

    def applied(self) -> AbstractContextManager[None]:
        return exchanged(self.target, patched(self.target, self.old, self.new))


@dataclass(frozen=True)
class Rewrite:
    """Another source for a function. It sees the names of the function's own module."""

    target: str
    source: str

    def applied(self) -> AbstractContextManager[None]:
        return exchanged(self.target, rewritten(self.target, self.source))


@dataclass(frozen=True)
class Swap:
    """Another function, named ``by``, in place of a function."""

    target: str
    by: str

    def applied(self) -> AbstractContextManager[None]:
        return exchanged(self.target, _swap(self.target, self.by))


@dataclass(frozen=True)
class SwapModule:
    """The public functions that two modules have in common; with ``names``, these and no others."""

    module: str
    by: str
    names: tuple[str, ...] = ()

    @contextlib.contextmanager
    def applied(self) -> Iterator[None]:
        own = [name for name, _ in public_functions(_module(self.module))]
        there = {name for name, _ in public_functions(_module(self.by), imported=True)}
        missing = [name for name in self.names if name not in there or name not in own]
        if missing:
            raise VariantError(f"{self.module} and {self.by} do not both have {missing[0]}.")
        names = self.names or [name for name in own if name in there]
        pairs = [(f"{self.module}:{name}", f"{self.by}:{name}") for name in names]
        different = [(a, b) for a, b in pairs if function_at(a) is not function_at(b)]
        if not different:
            raise VariantError(f"{self.by} has no function of its own: nothing would be changed.")
        with ExitStack() as stack:
            # All are made first: afterwards, one would be made of another that is swapped already.
            bodies = [(target, _swap(target, by)) for target, by in different]
            for target, body in bodies:
                stack.enter_context(exchanged(target, body))
            yield


@dataclass(frozen=True)
class Set:
    """Another value for an attribute, also where a module has imported it by its name."""

    target: str
    value: Any

    @contextlib.contextmanager
    def applied(self) -> Iterator[None]:
        owner, name = owner_of(self.target)
        before = getattr(owner, name)
        if mapping.is_mapped(owner):
            raise VariantError(f"{self.target} is mapped: change it by Map, one of its options.")
        if type(before) is type(self.value) and before == self.value:
            raise VariantError(f"{self.target} is {before!r} already: set it to something else.")
        holders = [owner]
        if isinstance(owner, ModuleType):
            modules = [one for one in list(sys.modules.values()) if isinstance(one, ModuleType)]
            holders += [one for one in modules if vars(one).get(name) is before and one != owner]
        for holder in holders:
            setattr(holder, name, self.value)
        try:
            yield
        finally:
            for holder in holders:
                setattr(holder, name, before)


@dataclass(frozen=True)
class Map:
    """Another value for an option of a mapped class or relationship: see ``mapping.OPTIONS``."""

    target: str
    option: str
    value: Any

    def applied(self) -> AbstractContextManager[None]:
        return mapping.mapped(self.target, self.option, self.value)


Change = Patch | Rewrite | Swap | SwapModule | Set | Map


@contextlib.contextmanager
def applied(changes: Iterable[Change]) -> Iterator[None]:
    """Make changes, and take them back at the end, whatever happens. Raises VariantError."""
    with ExitStack() as stack:
        for change in changes:
            stack.enter_context(change.applied())
        yield


def public_functions(
    module: ModuleType, imported: bool = False
) -> Iterator[tuple[str, FunctionType]]:
    """The functions of a module by name; those that it has imported too, if wanted."""
    for name, value in sorted(vars(module).items()):
        function = inspect.unwrap(value) if callable(value) else value
        own = isinstance(function, FunctionType) and function.__module__ == module.__name__
        if isinstance(function, FunctionType) and not name.startswith("_") and (own or imported):
            yield name, function


def _swap(target: str, by: str) -> Any:
    original, other = function_at(target), function_at(by)
    if original is other:
        raise VariantError(f"{target} and {by} are the same function: name another one.")
    return delegating(target, other)


def _module(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except (ImportError, ValueError) as error:
        raise VariantError(f"There is no module {name!r} ({error}).") from None
