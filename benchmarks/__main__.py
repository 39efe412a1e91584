"""Run the benchmarks named as arguments, or all of them in turn: ``python -m benchmarks``."""

import importlib
import sys

BENCHMARKS = ("startup", "isolation", "cells", "check", "book")


def main(names: list[str]) -> None:
    """Run each named benchmark's ``main``, which writes ``results/<name>.json``."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        sys.exit(f"No benchmark {', '.join(unknown)}: there are {', '.join(BENCHMARKS)}.")
    for name in names or BENCHMARKS:
        importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
