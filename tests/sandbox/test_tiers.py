"""Which walls are chosen, and what is said where there are none."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nomocks.grading.sandbox import tiers
from nomocks.grading.sandbox.tiers import CONTAINER, SandboxError, chosen, require_sandbox

DOCKERFILE = Path(__file__).parents[2] / "container" / "grader" / "Dockerfile"


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    """The choice is made once for a process, so it is to be made again before and after."""
    chosen.cache_clear()
    yield
    chosen.cache_clear()


def test_the_stronger_walls_are_tried_first() -> None:
    assert [tier.name for tier in tiers.TIERS] == ["namespaces", "landlock"]


@pytest.mark.usefixtures("walls")
def test_the_first_that_holds_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(tiers.SETTING, raising=False)
    held = [tier for tier in tiers.TIERS if not tier.lacks()]
    assert chosen() == held[0]


def test_walls_that_are_named_must_be_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(tiers.SETTING, "paper")
    with pytest.raises(SandboxError, match="NOMOCKS_TIER is 'paper': set it to namespaces or"):
        require_sandbox()


def test_another_system_is_told_how_to_grade_in_a_container(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(SandboxError) as refused:
        require_sandbox()
    assert CONTAINER in str(refused.value)


def test_the_command_for_the_container_is_for_the_image_of_the_dockerfile() -> None:
    text = DOCKERFILE.read_text()
    (tag,) = re.findall(r"--tag (\S+)", text)
    (folder,) = re.findall(r"^WORKDIR (\S+)$", text, re.M)
    assert f'-v "${{PWD}}:{folder}" {tag} grade ' in CONTAINER
    assert 'ENTRYPOINT ["nomocks"]' in text


@pytest.mark.skipif(shutil.which("apt-cache") is None, reason="no Debian, nor Ubuntu")
def test_the_packages_of_the_dockerfile_are_in_debian() -> None:
    (listed,) = re.findall(r"--no-install-recommends ([a-z0-9 -]+)", DOCKERFILE.read_text())
    known = subprocess.run(["apt-cache", "pkgnames"], capture_output=True, text=True).stdout.split()
    assert set(listed.split()) <= set(known)


def test_the_dockerfile_copies_what_is_there() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", DOCKERFILE.read_text(), re.M)
    root, let_in = DOCKERFILE.parents[2], DOCKERFILE.with_name("Dockerfile.dockerignore")
    for name in " ".join(copied).split():
        assert (root / name).exists()
        assert f"!{name}" in let_in.read_text().splitlines()
