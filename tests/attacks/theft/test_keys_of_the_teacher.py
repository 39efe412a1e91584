"""What lies in homes: keys, tokens, settings of other programs, histories of shells."""

from pathlib import Path

from tests.attacks.conftest import Attack

CELL = """\
import pwd

NAMES = (".ssh", ".aws", ".netrc", ".pypirc", ".git-credentials", ".config", ".docker", ".kube",
    ".pgpass", ".bash_history", ".python_history", ".gnupg", ".jupyter", ".local/share/jupyter",
    ".gitconfig", ".cache")

def test_homes():
    homes = {"/root", os.path.expanduser("~"), HOME}
    try:
        homes |= {entry.pw_dir for entry in pwd.getpwall()}
    except Exception:
        pass
    if os.path.isdir("/home"):
        homes |= {f"/home/{name}" for name in os.listdir("/home")}
    found = [f"{home}/{name}" for home in homes for name in NAMES
        if os.path.lexists(f"{home}/{name}")]
    found += [path for path in ("/etc/passwd", "/etc/shadow", "/etc/ssh", "/etc/hosts",
        "/etc/machine-id", "/var", "/run", "/home", "/mnt", "/srv", "/opt", "/sys", "/boot")
        if os.path.lexists(path)]
    raise RuntimeError(found)
"""


def test_there_is_no_home_within_the_walls(attack: Attack) -> None:
    (test,) = attack(f"HOME = {str(Path.home())!r}\n{CELL}").tests
    assert test.reason.startswith("RuntimeError: []")
