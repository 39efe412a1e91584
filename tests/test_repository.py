"""What holds for the repository as a whole."""

import ast
import importlib.metadata
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
# A package may import those below it, and itself.
LAYERS = (
    "cli",
    "practice",
    "learner",
    "releasing",
    "marking",
    "sample",
    "clone",
    "gradebook",
    "grading",
    "authoring",
    "learning",
    "mutation",
    "testing",
    "mariadb",
    "postgres",
)
BELOW = {name: LAYERS[number:] for number, name in enumerate(LAYERS)}
BELOW["grading"] = ("grading", "learning", "mutation", "testing", "postgres")


def locked() -> dict[str, list[Requirement]]:
    """The pinned requirements by name; some names are pinned once for each platform."""
    lines = re.findall(r"^[a-z0-9].*?(?= \\$)", LOCK, re.M)
    found: dict[str, list[Requirement]] = {}
    for requirement in map(Requirement, lines):
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def test_the_lock_file_holds_every_dependency_with_hashes_and_no_address() -> None:
    wanted = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]
    for requirement in map(Requirement, wanted):
        pinned = locked()[canonicalize_name(requirement.name)]
        assert all(pin.specifier for pin in pinned)
        assert requirement.specifier.contains(str(pinned[0].specifier).removeprefix("=="))
    assert "://" not in LOCK
    for block in re.split(r"^(?=[a-z0-9])", LOCK, flags=re.M)[1:]:
        assert "--hash=sha256:" in block, block


def test_the_tests_run_with_the_versions_of_the_lock_file() -> None:
    for name, pins in locked().items():
        applying = [pin for pin in pins if pin.marker is None or pin.marker.evaluate()]
        for pin in applying:
            assert pin.specifier.contains(importlib.metadata.version(name)), name


def test_the_conda_environment_takes_the_packages_of_the_lock_file() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    assert "pip" in environment["dependencies"]
    lines = (ROOT / "binder" / "postBuild").read_text("utf-8").splitlines()
    (locked,) = (line for line in lines if "requirements.lock" in line and "pip install" in line)
    _, *command = shlex.split(locked)
    done = subprocess.run(
        [sys.executable, *command, "--dry-run", "--quiet"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Would install" not in done.stdout


@pytest.mark.parametrize("name", ["book", "tests"])  # shop.yml is run by test_workflows.py
def test_a_workflow_calls_the_commands_of_the_readme(name: str) -> None:
    workflow = yaml.safe_load((ROOT / f".github/workflows/{name}.yml").read_text("utf-8"))
    steps = [step.get("run", "") for job in workflow["jobs"].values() for step in job["steps"]]
    assert any(re.search(r"\bmake (test|book)$", step.strip()) for step in steps)


def test_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.M)
    assert phony is not None
    listed = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert {line.split()[0] for line in listed.splitlines()} == set(phony[1].split())


def test_imports_run_one_way_from_the_command_line_down() -> None:
    for path in SOURCES:
        package = path.relative_to(ROOT / "src").parts
        for name in imported(path):
            if package[0] == "shop":
                assert not name.startswith("nomocks"), path
            elif name.startswith("nomocks.") and len(package) > 1:
                own = package[1].removesuffix(".py")
                if own in BELOW:
                    assert name.split(".")[1] in BELOW[own], f"{path} imports {name}"


def imported(path: Path) -> list[str]:
    """The modules that a file imports, wherever in it."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    plain = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    return plain + [
        node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module
    ]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_is_one_idea_long(path: Path) -> None:
    longest = 200 if "shop" in path.parts else 250
    assert len(path.read_text("utf-8").splitlines()) <= longest
