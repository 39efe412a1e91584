"""What a notebook cell costs over its tests: three database tests in a warm cell, in one kernel.

The same cell runs with the course's settings and with ipytest's own defaults plus the plugin, in
turn. Overhead is the cell's time less the time inside its tests, as pytest counts set-up, call and
tear-down.
"""

import json
import re

from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from benchmarks.figures import Figure, figure

ROUNDS = 15
UNIT = "ms per cell, over its tests"
PREPARE = """
%load_ext nomocks.testing
import json, time, ipytest
from nomocks.testing import notebook

class Stopwatch:
    spent = 0.0
    def pytest_runtest_logreport(self, report):
        Stopwatch.spent += report.duration

ASYNC = ["-o", "asyncio_mode=auto"]
ASYNC += [f"-oasyncio_default_{what}_loop_scope=session" for what in ("fixture", "test")]
SETTINGS = {
    "nomocks": ["-c", str(notebook.SETTINGS), "--rootdir", "."],
    "ipytest's defaults": ["-q", "-c", "/dev/null", "-p", "nomocks.testing.plugin", *ASYNC],
}

def run(name):
    Stopwatch.spent = 0.0
    started = time.perf_counter()
    ipytest.run(addopts=SETTINGS[name], plugins=[Stopwatch()])
    return time.perf_counter() - started - Stopwatch.spent
"""
TESTS = """
from shop.models import User
from sqlalchemy import select

async def test_adds(session):
    session.add(User(email="ada@example.org", name="Ada"))
    await session.commit()

async def test_reads(session):
    assert await session.scalar(select(User.email)) is None

async def test_reads_again(session):
    assert await session.scalar(select(User.email)) is None
"""
MEASURE = """
for round in range(-2, {rounds}):  # the first ones warm up
    overheads = {{name: run(name) for name in SETTINGS}}
    if round >= 0:
        print("MEASURED", json.dumps(overheads))
"""


def measure(rounds: int) -> list[Figure]:
    """The milliseconds over its tests that a cell costs with either settings."""
    sources = (PREPARE, TESTS, MEASURE.format(rounds=rounds))
    cells = new_notebook(cells=[new_code_cell(source) for source in sources])
    NotebookClient(cells, kernel_name="python3").execute()
    server = cells.cells[0].outputs[0].text.strip()
    printed = "".join(output.get("text", "") for output in cells.cells[-1].outputs)
    measured = [json.loads(line) for line in re.findall(r"^MEASURED (.*)$", printed, re.M)]
    ours, theirs = measured[0]
    overhead = {name: [1000 * each[name] for each in measured] for name in measured[0]}
    return [
        figure(ours, UNIT, overhead[ours], server, (theirs, overhead[theirs])),
        figure(theirs, UNIT, overhead[theirs], server),
    ]
