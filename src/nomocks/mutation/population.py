"""The mutants that tests are to be run over, from what a command line names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

from sqlalchemy import MetaData

from nomocks.mutation import code_operators, operators
from nomocks.mutation.code_operators import CodeMutant, code_mutants
from nomocks.mutation.errors import VariantError
from nomocks.mutation.operators import schema_mutants
from nomocks.mutation.operators.drafting import SchemaMutant
from nomocks.mutation.sorting import Removed, sort_out
from nomocks.mutation.targets import found
from nomocks.mutation.variants import Mutant, Variants, planted
from nomocks.postgres import get_server
from nomocks.testing.databases import process_database


@dataclass(frozen=True)
class Population:
    """``mutants`` are run; ``plans`` change only indexes; ``removed`` say why they are not run."""

    mutants: tuple[Mutant, ...] = ()
    plans: tuple[SchemaMutant, ...] = ()
    removed: tuple[Removed, ...] = ()


def population_of(targets: Sequence[str], only: Sequence[str] = ()) -> Population:
    """The mutants of all targets; made by these operators only, if any are named.

    A target is a ``MetaData`` (shop.models:Base.metadata), a function (shop.services.orders:pay), a
    module with functions (shop.services.orders), or mutants written by hand (module:MUTANTS).
    Raises VariantError on a target that is none of these, on an operator that is not there, on a
    name that two mutants have.
    """
    known = (*operators.OPERATORS, *code_operators.OPERATORS)
    unknown = [name for name in only if name not in known]
    if unknown:
        raise VariantError(f"There is no operator {unknown[0]}: there are {', '.join(known)}.")
    parts = [_population(target, only) for target in targets]
    whole = Population(
        tuple(mutant for part in parts for mutant in part.mutants),
        tuple(mutant for part in parts for mutant in part.plans),
        tuple(one for part in parts for one in part.removed),
    )
    names = [mutant.name for mutant in whole.mutants]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise VariantError(f"Two mutants are called {twice[0]}: give each a name of its own.")
    if not names:
        raise VariantError(f"There is no mutant of {' and '.join(targets)} that could be killed.")
    return whole


def _population(target: str, only: Sequence[str]) -> Population:
    value: Any = found(target) if ":" in target else None
    if isinstance(value, MetaData):
        wanted = [name for name in operators.OPERATORS if not only or name in only]
        database = process_database(get_server(), value)
        sorted_out = sort_out(schema_mutants(value, wanted), database.sync_url)
        mutants = _as_mutants(sorted_out.kept)
        return Population(mutants, sorted_out.plans, sorted_out.removed)
    if isinstance(value, type) and isinstance(getattr(value, "metadata", None), MetaData):
        raise VariantError(f"{target} is a class of models: name their tables, {target}.metadata.")
    if value is None or isinstance(value, FunctionType | ModuleType) or callable(value):
        wanted = [name for name in code_operators.OPERATORS if not only or name in only]
        return Population(_as_mutants(code_mutants(target, wanted)))
    by_hand = value.mutants if isinstance(value, Variants) else value
    written = tuple(by_hand) if isinstance(by_hand, Iterable) else (by_hand,)
    for mutant in written:
        if not isinstance(mutant, Mutant):
            raise VariantError(
                f"{target} is neither a MetaData nor a function nor mutants, but holds a "
                f"{type(mutant).__name__}: name one of these."
            )
        planted(mutant)
    return Population(written)


def _as_mutants(made: Iterable[SchemaMutant | CodeMutant]) -> tuple[Mutant, ...]:
    return tuple(
        Mutant(
            name=one.name,
            task="",
            bug=one.what,
            misconception="",
            hints=(),
            killed_by="",
            statements=one.statements if isinstance(one, SchemaMutant) else (),
            code=one.code if isinstance(one, CodeMutant) else (),
        )
        for one in made
    )
