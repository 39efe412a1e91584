"""An archive that is broken, encrypted or none at all is a problem of its student alone."""

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.attacks.notebook.neighbors import beside_ada
from tests.batch.handed_in import by, tree, zipped

CENTRAL = b"PK\1\2"


def _flagged(content: bytes) -> bytes:
    """With the sign of encryption in the list of members."""
    place = content.index(CENTRAL) + 8
    (flags,) = struct.unpack_from("<H", content, place)
    return content[:place] + struct.pack("<H", flags | 1) + content[place + 2 :]


def _other_sum(content: bytes) -> bytes:
    place = content.index(CENTRAL) + 16
    return content[:place] + b"\1\2\3\4" + content[place + 4 :]


def _elsewhere(content: bytes) -> bytes:
    """With a member that begins beyond the end of the file."""
    place = content.index(CENTRAL) + 42
    return content[:place] + b"\xff\xff\xff\x7f" + content[place + 4 :]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (lambda content: content[:-30], "is no zip archive"),
        (lambda content: content[: len(content) // 2], "is no zip archive"),
        (lambda _: b"PK\5\6" + b"\xff" * 18, "is no zip archive"),
        (lambda _: b"Rar!\x1a\x07", "is no zip archive"),
        (lambda content: content.replace(b"exercise", b"exercisf", 1), "is broken"),
        (_flagged, "is encrypted"),
        (_other_sum, "is broken"),
        (_elsewhere, "is broken"),
    ],
)
def test_it_is_one_problem(tmp_path: Path, changed: Callable[[bytes], bytes], said: str) -> None:
    path = zipped(tmp_path / "made" / "m.zip", {"exercise.ipynb": by("mallory")})
    tree(tmp_path / "all", {"mallory.zip": changed(path.read_bytes())})
    assert said in beside_ada(tmp_path / "all").problem


def test_each_byte_of_an_archive_may_be_wrong(tmp_path: Path) -> None:
    content = zipped(tmp_path / "m.zip", {"exercise.ipynb": by("mallory")}).read_bytes()
    for place in range(0, len(content), 3):
        other = content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]
        beside_ada(tree(tmp_path / "all", {"mallory.zip": other}))
