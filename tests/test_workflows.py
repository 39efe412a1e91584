"""The workflow of the shop: its service is started, and the commands of its steps are run.

What GitHub does itself is done here by hand: the matrix is put in, the service is created as its
block says, and steps that begin with ``uses`` or install are left out, as their work is done here.
One more thing differs: the service is published on a free port.
"""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import make_url

from nomocks.postgres import PostgresError
from nomocks.postgres.engine import find_engine

ROOT = Path(__file__).parents[1]
SHOP: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/shop.yml").read_text("utf-8"))
JOB = SHOP["jobs"]["service"]
MATRIX = {each["postgres"]: each for each in JOB["strategy"]["matrix"]["include"]}
START_LIMIT = 60.0  # seconds
# A quick choice of the tests. The floor of coverage is for all of them.
SOME = {"tests/shop ": "tests/shop/test_users.py ", "--cov-fail-under=95": "--cov-fail-under=30"}

pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def docker(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        engine = find_engine()
    except PostgresError as error:
        pytest.skip(str(error))
    for image in (f"postgres:{version}" for version in MATRIX):
        if not engine.has_image(image):
            pytest.skip(f"the image {image} is not there: docker pull {image}")
    monkeypatch.setenv("DOCKER_HOST", f"unix://{engine.socket}")


def ask(*arguments: str) -> str:
    done = subprocess.run(["docker", *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def filled(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace("${{ matrix." + name + " }}", value)
    assert "${{" not in text, f"this test can't compute {text}"
    return text


@pytest.fixture
def service(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of the job's service, started for a line of the matrix."""
    request.getfixturevalue("docker")
    values, block = MATRIX[request.param], JOB["services"]["database"]
    variables = [f"--env={name}={value}" for name, value in block["env"].items()]
    options = shlex.split(filled(block["options"], values))
    assert block["ports"] == ["5432:5432"]
    container = ask(
        *("create", "--publish", "127.0.0.1::5432", *variables, *options),
        filled(block["image"], values),
    )
    try:
        ask("start", container)
        deadline = time.monotonic() + START_LIMIT
        while ask("inspect", "--format", "{{.State.Health.Status}}", container) != "healthy":
            assert time.monotonic() < deadline, ask("logs", container)
            time.sleep(0.2)
        port = ask("port", container, "5432").rpartition(":")[2]
        url = make_url(JOB["env"]["NOMOCKS_POSTGRES"]).set(port=int(port))
        yield url.render_as_string(hide_password=False)
    finally:
        ask("rm", "--force", "--volumes", container)


def run_steps(job: Mapping[str, Any], url: str | None, changes: Mapping[str, str]) -> list[str]:
    """Run the commands of a job as its runner would, and return the names of those steps."""
    settings = os.environ | job["env"] | {"CI": "true"}
    settings |= {"NOMOCKS_POSTGRES": url} if url else {}
    settings["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{settings['PATH']}"
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST", "PYTEST_ADDOPTS"):
        settings.pop(name, None)
    run = []
    for step in job["steps"]:
        command = step.get("run", "")
        if not command or step["name"] == "Install":
            continue
        for old, new in changes.items():
            command = command.replace(old, new)
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", command],
            cwd=ROOT,
            env=settings,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{step['name']}:\n{done.stdout[-6000:]}{done.stderr[-2000:]}"
        if step["name"] == "Test":
            assert "Using --randomly-seed=" in done.stdout
        run.append(step["name"])
    return run


@pytest.mark.parametrize("service", MATRIX, indirect=True)
def test_the_service_job_runs_on_each_version(service: str, request: pytest.FixtureRequest) -> None:
    newest = request.node.callspec.params["service"] == max(MATRIX)
    ran = run_steps(JOB, service, {} if newest else SOME)
    assert ran == ["This database may be lost", "Migrate", "Compare with the models", "Test"]


@pytest.mark.usefixtures("docker")
def test_the_container_job_runs_with_a_server_that_it_starts() -> None:
    assert run_steps(SHOP["jobs"]["container"], None, SOME) == ["Test"]


def test_a_service_that_was_not_marked_stops_the_job_before_its_tests() -> None:
    names = [step.get("name") for step in JOB["steps"]]
    assert names.index("This database may be lost") < names.index("Migrate") < names.index("Test")


def test_both_jobs_install_and_cache_by_the_same_lock_file() -> None:
    for job in SHOP["jobs"].values():
        setup = next(step for step in job["steps"] if "setup-python" in step.get("uses", ""))
        assert (ROOT / setup["with"]["cache-dependency-path"]).is_file()
        install = next(step["run"] for step in job["steps"] if step.get("name") == "Install")
        assert "--require-hashes --requirement requirements.lock" in install
