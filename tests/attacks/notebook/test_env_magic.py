"""``%env`` and ``%set_env`` change no environment: those lines are left out."""

import os
from pathlib import Path

import pytest

from tests.attacks.notebook.executed import executed


@pytest.mark.parametrize(
    "line", ["%env NOMOCKS_CANARY=1", "%set_env NOMOCKS_CANARY 1", "%env NOMOCKS_CANARY={b'"]
)
def test_it_sets_nothing(tmp_path: Path, line: str) -> None:
    assert executed(tmp_path, f"{line}\ny = 2")["y"] == 2
    assert "NOMOCKS_CANARY" not in os.environ


def test_what_a_magic_would_show_is_no_value(tmp_path: Path) -> None:
    assert "PATH" not in repr(executed(tmp_path, "y = 1\n%env\n%who_ls\n").get("_"))
