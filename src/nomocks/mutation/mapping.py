"""Options of a mapper that may change after it was configured, if its caches are emptied too.

Others are built into statements and class attributes when the mapper is configured (``lazy``,
``secondary``, ``order_by``): patch the query that uses them, by removing or adding a loader option.
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.exc import NoInspectionAvailable
from sqlalchemy.orm import (
    InstrumentedAttribute,
    Mapper,
    RelationshipProperty,
    configure_mappers,
)

from nomocks.mutation.errors import VariantError
from nomocks.mutation.targets import found

Undo = Callable[[], None]


def is_mapped(value: object) -> bool:
    """Whether this is a mapped class, or an attribute of one."""
    if isinstance(value, InstrumentedAttribute | Mapper | RelationshipProperty):
        return True
    try:
        return isinstance(value, type) and isinstance(inspect(value), Mapper)
    except NoInspectionAvailable:
        return False


@contextlib.contextmanager
def mapped(target: str, option: str, value: Any) -> Iterator[None]:
    """Give an option another value while the block lasts. Raises VariantError."""
    configure_mappers()
    owner: Any = found(target)
    if option not in OPTIONS:
        raise VariantError(
            f"{option} of {target} can't be changed once it is mapped: choose one of "
            f"{', '.join(OPTIONS)}, or patch a function."
        )
    kind, change = OPTIONS[option]
    if kind is RelationshipProperty:
        owner = getattr(owner, "property", None)
    elif is_mapped(owner):
        owner = inspect(owner)
    if not isinstance(owner, Mapper | RelationshipProperty) or not isinstance(owner, kind):
        raise VariantError(f"{target} has no option {option}: name a {_WORDS[kind]}.")
    undo = change(owner, target, value)
    _forget(owner)
    try:
        yield
    finally:
        undo()
        _forget(owner)


def _cascade(relationship: RelationshipProperty[Any], target: str, value: Any) -> Undo:
    before, orphans = relationship.cascade, relationship.mapper._delete_orphans
    listed = list(orphans)
    relationship.cascade = value  # also lists the orphans to delete
    own = relationship.key, relationship.parent.class_
    if not relationship.cascade.delete_orphan and own in orphans:
        orphans.remove(own)

    def undo() -> None:
        relationship.cascade = before
        orphans[:] = listed

    _require_change(target, "cascade", before, relationship.cascade)
    return undo


def _version_id_col(mapper: Mapper[Any], target: str, value: Any) -> Undo:
    before = mapper.version_id_col
    _require_change(target, "version_id_col", before, value)
    if value is not None:
        raise VariantError(f"version_id_col of {target} can only be taken away: set it to None.")
    mapper.version_id_col = None

    def undo() -> None:
        mapper.version_id_col = before

    return undo


def _require_change(target: str, option: str, before: Any, after: Any) -> None:
    if before is after or (before is not None and after is not None and before == after):
        raise VariantError(f"{option} of {target} is {before!r} already: choose another value.")


def _forget(owner: RelationshipProperty[Any] | Mapper[Any]) -> None:
    """Empty what SQLAlchemy keeps of the statements that it has made of a mapper."""
    mappers = [owner] if isinstance(owner, Mapper) else [owner.parent, owner.mapper]
    for mapper in mappers:
        for one in {mapper, mapper.base_mapper}:
            one._memoized_values.clear()
            one._compiled_cache.clear()


OPTIONS: dict[str, tuple[type, Callable[[Any, str, Any], Undo]]] = {
    "cascade": (RelationshipProperty, _cascade),
    "version_id_col": (Mapper, _version_id_col),
}
_WORDS = {RelationshipProperty: "relationship, as module:Class.attribute", Mapper: "mapped class"}
