"""What the book and the README quote in figures, measured: ``python -m benchmarks``."""
