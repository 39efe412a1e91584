"""The floor: what the suite sends under the toolkit, sent again by asyncpg alone.

What a strategy takes beyond it is pytest, SQLAlchemy, the tests' own Python, and the strategy.
"""

import asyncio
import json
import pickle
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import asyncpg
from sqlalchemy import URL

from benchmarks.recorder import NOT_COUNTED
from benchmarks.runs import Run, run, run_pytest
from benchmarks.statements import Sent
from nomocks.postgres import get_server
from nomocks.testing.databases import template_of
from shop.models import Base


def run_floor(arguments: Iterable[str], server: str, times: int = 10) -> Run:
    """Note what the suite sends under these arguments of pytest, and send it again.

    Raises RuntimeError when a test fails, or when the server answers otherwise than to the test.
    """
    with tempfile.TemporaryDirectory() as folder:
        sent, seconds = Path(folder, "sent"), Path(folder, "seconds.json")
        noting = ("-p", "benchmarks.statements", f"--statements={sent}")
        run_pytest([*arguments, *noting, f"--times={times}"], server)
        process = run([sys.executable, "-m", "benchmarks.floor", str(sent), str(seconds)], server)
        durations = json.loads(seconds.read_text("utf-8"))
    return Run(len(durations), 1000 * sum(durations.values()) / len(durations), process)


async def replay(tests: list[tuple[str, list[Sent]]], url: URL) -> dict[str, float]:
    """The seconds of each test's statements, on one connection."""
    _, options = url.get_dialect()().create_connect_args(url)
    connection = await asyncpg.connect(**options)
    seconds = {}
    try:
        for name, sent in tests:
            started = time.perf_counter()
            for each in sent:
                await send(connection, each)
            seconds[name] = time.perf_counter() - started
    finally:
        await connection.close()
    return {name: took for name, took in seconds.items() if name not in NOT_COUNTED}


async def send(connection: asyncpg.Connection, sent: Sent) -> None:
    """Send it as SQLAlchemy does; what was refused to the test is refused here as well."""
    try:
        if isinstance(sent.parameters, list):
            await connection.executemany(sent.statement, sent.parameters)
        elif sent.parameters or not sent.statement.startswith(("BEGIN", "ROLLBACK", "COMMIT")):
            await connection.fetch(sent.statement, *sent.parameters)
        else:
            await connection.execute(sent.statement)
    except asyncpg.IntegrityConstraintViolationError:
        pass


def main(sent: Path, into: Path) -> None:
    """Send what the file holds to a new database, whose sequences begin as the suite's did."""
    server = get_server()
    tests = pickle.loads(sent.read_bytes())
    with server.create_database(template=template_of(server, Base.metadata)) as database:
        into.write_text(json.dumps(asyncio.run(replay(tests, database.url))), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
