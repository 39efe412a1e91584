"""Runs that take too much disk are killed, and others are not."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from nomocks.grading.sandbox.confinement import Limits
from nomocks.grading.sandbox.overuse import Overuse

# A zygote with one keeper, which has one run.
ZYGOTE = """
import subprocess, sys
keeper = "import subprocess; subprocess.run(['sleep', '60'])"
subprocess.run([sys.executable, "-c", keeper])
"""


@pytest.fixture
def run(tmp_path: Path) -> Iterator[psutil.Process]:
    """A run that is watched, with the folder ``runs``."""
    (tmp_path / "runs").mkdir()
    zygote = subprocess.Popen([sys.executable, "-c", ZYGOTE])
    family: list[psutil.Process] = []
    while not family:
        family = [
            one
            for one in psutil.Process(zygote.pid).children(recursive=True)
            if one.name() == "sleep"
        ]
    watch = Overuse(zygote.pid, tmp_path / "runs", tmp_path / "server")
    watch.start()
    yield family[0]
    watch.close()
    for one in psutil.Process(zygote.pid).children(recursive=True) if zygote.poll() is None else ():
        one.kill()
    zygote.kill()
    zygote.wait()


def test_large_files_end_a_run(run: psutil.Process, tmp_path: Path) -> None:
    (tmp_path / "runs" / "large").write_bytes(b"x" * (Limits().disk + 1))
    run.wait(20)


def test_many_files_end_a_run(run: psutil.Process, tmp_path: Path) -> None:
    for number in range(Limits().files + 1):
        (tmp_path / "runs" / str(number)).touch()
    run.wait(20)


def test_a_tree_too_deep_to_look_into_ends_a_run(run: psutil.Process, tmp_path: Path) -> None:
    deeper = "import os\nfor _ in range(40):\n    os.mkdir('d' * 200)\n    os.chdir('d' * 200)"
    subprocess.run([sys.executable, "-c", deeper], cwd=tmp_path / "runs", check=True)
    run.wait(20)
    subprocess.run(["rm", "-rf", tmp_path / "runs"], check=True)  # pytest's own would fail


def test_a_few_files_do_not(run: psutil.Process, tmp_path: Path) -> None:
    (tmp_path / "runs" / "small").write_text("small")
    with pytest.raises(psutil.TimeoutExpired):
        run.wait(1)
