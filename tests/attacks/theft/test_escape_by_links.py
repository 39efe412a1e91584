"""Links out of the one folder that can be written to, for the grader to follow."""

from pathlib import Path

from tests.attacks.conftest import Attack

CELL = """\
def test_links():
    os.symlink(TARGET, "/box/folder")
    os.symlink(f"{TARGET}/kept", "/box/report")
    os.symlink("/pg/.s.PGSQL.5432", "/box/socket")
    for name in ("folder/kept", "report"):
        try:
            open(f"/box/{name}", "a").write("forged")
            raise RuntimeError(name)
        except OSError:
            pass
    try:
        os.link("/pg/.s.PGSQL.5432", "/box/hard")
        raise RuntimeError("hard")
    except OSError:
        pass
"""


def test_they_lead_nowhere(attack: Attack, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("kept")
    assert attack(f"TARGET = {str(tmp_path)!r}\n{CELL}").tests[0].reason == ""
    assert (tmp_path / "kept").read_text() == "kept"
