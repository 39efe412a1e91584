"""The suite that the cheat sheet is taken from passes, as a project that knows no toolkit."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nomocks.postgres import PostgresError, Server
from nomocks.postgres.engine import find_engine

ROOT = Path(__file__).parents[2]
IMAGE = "postgres:18"  # the suite's own


def run(**environment: str) -> None:
    kept = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:pytest_alembic"],
        cwd=Path(__file__).with_name("suite"),
        env=kept
        | {"ALEMBIC_INI": str(ROOT / "src/shop/migrations/alembic.ini"), "NO_COLOR": "1"}
        | environment,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_passes_on_a_server_that_is_given_by_its_url(server: Server) -> None:
    with server.create_database("sheet") as database:
        run(TEST_DATABASE_URL=database.sync_url.render_as_string(hide_password=False))


def test_it_passes_on_a_container_that_it_starts_itself() -> None:
    try:
        engine = find_engine()
        if not engine.has_image(IMAGE):
            pytest.skip(f"The container engine has no image {IMAGE}: docker pull {IMAGE}.")
    except PostgresError as error:
        pytest.skip(str(error))
    run(DOCKER_HOST=f"unix://{engine.socket}", TESTCONTAINERS_RYUK_DISABLED="true")
