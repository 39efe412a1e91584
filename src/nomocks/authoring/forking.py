"""The process that chapters' kernels are forked from."""

import multiprocessing
from multiprocessing import forkserver

FORKSERVER = multiprocessing.get_context("forkserver")


def warm_up() -> None:
    """Start it, if it does not run; it imports in the background what chapters import."""
    FORKSERVER.set_forkserver_preload(["nomocks.testing.uninterrupted", "nomocks.authoring.warm"])
    forkserver.ensure_running()
