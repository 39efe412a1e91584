"""What a text such as ``shop.services.orders:place_order`` names."""

from importlib import import_module
from typing import Any

from nomocks.mutation.errors import VariantError


def found(target: str) -> Any:
    """The object of this name. Raises VariantError when there is none."""
    owner, name = owner_of(target)
    return vars(owner)[name] if name in getattr(owner, "__dict__", {}) else getattr(owner, name)


def owner_of(target: str) -> tuple[Any, str]:
    """What holds an attribute, and its name. Raises VariantError if it is not there."""
    module, _, path = target.partition(":")
    *parents, name = path.split(".")
    if not path:
        raise VariantError(f"{target!r} names nothing in a module: write it as module:name.")
    try:
        owner: Any = import_module(module)
    except (ImportError, ValueError) as error:
        raise VariantError(f"There is no module {module!r} for {target!r} ({error}).") from None
    for parent in parents:
        if not hasattr(owner, parent):
            raise VariantError(f"There is no {target}: {_called(owner)} has no {parent!r}.")
        owner = getattr(owner, parent)
    if not hasattr(owner, name):
        raise VariantError(f"There is no {target}: {_called(owner)} has no {name!r}.")
    return owner, name


def _called(owner: object) -> str:
    return str(getattr(owner, "__name__", None) or type(owner).__name__)
