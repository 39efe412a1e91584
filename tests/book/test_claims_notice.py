"""A claim notices what a cell no longer shows, and says what it lacks."""

from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_output

from . import claims as claims_module
from .claims import Claim, claims, declared, lack_of, not_shown, unclaimed
from .numerals import Declared

PRINTED = new_output("stream", text="FAILED test_x - KeyError\n1 failed, 2 passed\n")
CELL = new_code_cell("%%ipytest --fails test_x:KeyError", outputs=[PRINTED])


def test_a_claim_holds_by_what_the_cell_prints_and_says() -> None:
    claim = Claim("09", "x", "y", "z", output=("^1 failed",), source=("--fails test_x",))
    assert list(not_shown(claim, CELL)) == []


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        (Claim("09", "x", "y", "z", output=("^2 failed",)), "no longer shows '^2 failed'"),
        (Claim("09", "x", "y", "z", source=("IntegrityError",)), "not in the source of the cell z"),
        (Claim("09", "x", "y", "z", output=(".*",)), "says nothing that could be false"),
        (Claim("09", "x", "y", "z"), "says nothing that could be false"),
    ],
)
def test_a_claim_that_no_longer_holds_is_noticed(claim: Claim, sentence: str) -> None:
    (found,) = not_shown(claim, CELL)
    assert sentence in found


def test_that_a_cell_shows_some_html_is_no_claim() -> None:
    shown = new_output("display_data", {"text/plain": "<HTML object>"})
    claim = Claim("09", "x", "y", "z", output=("HTML object",))
    assert any(
        "says nothing" in each for each in not_shown(claim, new_code_cell("", outputs=[shown]))
    )


def test_an_id_that_nobody_claims_is_noticed() -> None:
    assert unclaimed(["x", "w"], [Claim("09", "x", "y", "z")]) == {"w"}


def test_claims_and_declarations_are_read_from_the_chapters_file(tmp_path: Path) -> None:
    (tmp_path / "09-made-up.toml").write_text(
        '[[shows]]\nid = "x"\nwhat = "y"\ncell = "z"\noutput = ["1"]\nneeds = "compose"\n'
        '[[numbers]]\ntext = "254"\nwhy = "its column"\n'
    )
    claim = Claim("09-made-up", "x", "y", "z", ("1",), needs="compose")
    assert claims(tmp_path) == [claim]
    assert declared("09-made-up", tmp_path) == [Declared("254", "its column")]
    assert declared("10-other", tmp_path) == []


@pytest.mark.parametrize("need", ["docker", "compose"])
def test_a_claim_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch, need: str) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    assert "No container engine answers" in lack_of(need)


def test_a_claim_that_needs_compose_lacks_it_where_no_command_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(claims_module, "find_engine", lambda: None)
    monkeypatch.setenv("PATH", "")
    assert lack_of("docker") == ""
    assert "install Compose" in lack_of("compose")


def test_a_claim_that_needs_mariadb_lacks_it_where_there_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NOMOCKS_MARIADB", "none")
    assert "There is no MariaDB on this machine" in lack_of("mariadb")


def test_a_claim_that_needs_something_unknown_is_refused() -> None:
    with pytest.raises(ValueError, match="and not 'podman'"):
        lack_of("podman")
