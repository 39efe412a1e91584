"""A pickle in metadata, in an output or as the whole file is never loaded."""

import base64
import os
import pickle
from pathlib import Path

from tests.attacks.notebook.neighbors import handed_in
from tests.batch.handed_in import cell, notebook


class Bomb:
    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self) -> object:
        return os.mkdir, (str(self.canary),)


def test_no_pickle_is_loaded(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    bomb = pickle.dumps(Bomb(canary))
    text = base64.b64encode(bomb).decode()
    output = {"output_type": "display_data", "data": {"application/x-pickle": text}}
    hidden = notebook(cell() | {"outputs": [output]}, pickle=text, state={"__reduce__": text})
    assert handed_in(tmp_path / "hidden", hidden).problem == ""
    assert "not text in UTF-8" in handed_in(tmp_path / "whole", bomb).problem
    assert not canary.exists()
