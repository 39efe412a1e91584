"""Run the benchmarks named as arguments, or all of them in turn: ``python -m benchmarks``."""

import importlib
from pathlib import Path

import click

from benchmarks.attacks import publish
from benchmarks.figures import RESULTS, show, write

BENCHMARKS = ("startup", "isolation", "cells", "check", "grading", "scaling", "book")
TABLE = "attacks"  # what became of each, and no figures


@click.command()
@click.argument("names", nargs=-1, type=click.Choice([*BENCHMARKS, TABLE]))
@click.option("--rounds", type=click.IntRange(min=1), help="How often (by default as published).")
@click.option(
    "--into", type=click.Path(path_type=Path), default=RESULTS, help="Where to write the figures."
)
def main(names: tuple[str, ...], rounds: int | None, into: Path) -> None:
    """Measure what the book quotes, and write it as INTO/<name>.json."""
    for name in names or (*BENCHMARKS, TABLE):
        if name == TABLE:
            click.echo(f"wrote {publish(into)}\n")
            continue
        benchmark = importlib.import_module(f"benchmarks.{name}")
        figures = benchmark.measure(rounds or benchmark.ROUNDS)
        show(name, figures)
        click.echo(f"wrote {write(name, figures, into)}\n")


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
