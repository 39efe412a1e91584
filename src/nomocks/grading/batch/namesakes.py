"""Names of people who may be called alike: one for each, which stays theirs from call to call."""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

NOBODY: Mapping[str, str] = MappingProxyType({})


def told_apart(people: Sequence[tuple[str, str]], known: Mapping[str, str] = NOBODY) -> list[str]:
    """A name for each of these, given as name and id, that nobody else has.

    ``known`` has the id of everyone who was named before. Who is among them keeps that name, and
    it is given to nobody else: what is kept under it would be taken for theirs. Capital and small
    letters make no two names.
    """
    given = _kept(people, known)
    taken = {name.casefold() for name in (*known, *given.values())}
    often = Counter(name.casefold() for name, _ in people)
    for index, (name, id_) in enumerate(people):
        if index not in given:
            shared = often[name.casefold()] > 1 or name.casefold() in taken
            names = _names(name, id_, plain=not shared)
            given[index] = next(one for one in names if one.casefold() not in taken)
            taken.add(given[index].casefold())
    return [given[index] for index in range(len(people))]


def _kept(people: Sequence[tuple[str, str]], known: Mapping[str, str]) -> dict[int, str]:
    """The names of those who have one already, by their places."""
    names = {id_: name for name, id_ in known.items()}
    return {index: names.pop(id_) for index, (_, id_) in enumerate(people) if id_ in names}


def _names(name: str, id_: str, plain: bool = True) -> Iterator[str]:
    """What somebody may be called: the name, with the id in the platform's table, or a number."""
    known = id_.partition(":")[2]
    if plain or known in ("", name):
        yield name
    if known not in ("", name):
        name = f"{name} ({known})"
        yield name
    for number in itertools.count(2):
        yield f"{name} ({number})"
