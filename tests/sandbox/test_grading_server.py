"""A PostgreSQL for submissions: lent for a run, taken back whole, and replaced when it is lost."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from sqlalchemy import URL, create_engine

from nomocks.grading.sandbox import confinement, postgres
from nomocks.grading.sandbox.lent import Lent
from nomocks.grading.sandbox.postgres import GradingServer
from nomocks.postgres import PostgresError
from nomocks.postgres.connection import connect, connected
from nomocks.postgres.guard import require_test_database
from shop.models import Base

CELL = """
import pytest
from nomocks.postgres import Database
from shop.models import User
from sqlalchemy import func, make_url, select, text

@pytest.fixture(scope="session")
def worker_database():
    url = make_url({url!r})
    return Database(url.database, url, url)

async def keeps(session):
    assert await session.scalar(select(func.count(User.id))) == 0
    session.add(User(email="a@b.c", name="A"))
    await session.commit()
    return await session.scalar(select(User.id))

async def test_first(session):
    await keeps(session)

async def test_second(session):
    await session.execute(text("CREATE TABLE mine (n int REFERENCES users (id))"))
    await session.rollback()
    await keeps(session)

@pytest.mark.isolation("delete")
async def test_delete(session):
    await keeps(session)

@pytest.mark.isolation("truncate")
@pytest.mark.parametrize("n", [1, 2])
async def test_truncate(session, n):
    assert await keeps(session) == 1 or n == 1

@pytest.mark.isolation("delete")
async def test_what_the_others_left(session):
    await keeps(session)
"""
FORGETS = """
@pytest.mark.isolation("delete")
async def test_forgets(engine):
    connection = await engine.connect().start()
    await connection.execute(text("LOCK users"))
"""
ASKS = """
@pytest.mark.isolation("template")
async def test_asks(session):
    await keeps(session)
"""


def build(url: URL) -> None:
    """The tables of the shop."""
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder in memory, with a short name."""
    folder = Path(tempfile.mkdtemp(prefix="nm-", dir="/dev/shm"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def server(folder: Path) -> Iterator[GradingServer]:
    with GradingServer(folder) as server:
        yield server


@pytest.fixture
def template(server: GradingServer) -> str:
    return server.template("shop", build)


def run(lent: Lent, *statements: str) -> list[tuple[Any, ...]]:
    """Run statements as the role of a run: the rows of the last one."""
    with connected(lent.outside) as session:
        for statement in statements:
            cursor = session.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def databases(server: GradingServer) -> set[str]:
    return {name for (name,) in server._session.execute("SELECT datname FROM pg_database")}


def processes(folder: Path) -> list[psutil.Process]:
    """The sandboxes that have to do with this folder."""
    return [
        one
        for one in psutil.process_iter(["cmdline"])
        if str(folder) in " ".join(one.info["cmdline"] or ())
    ]


def backend(server: GradingServer) -> psutil.Process:
    """The process that serves a student's session."""
    walls = psutil.Process(server._running.box.wall.pid)
    return max(walls.children(recursive=True), key=lambda one: (one.create_time(), one.pid))


def test_a_template_is_built_once_by_a_role_that_is_no_superuser(server: GradingServer) -> None:
    seen = []

    def look(url: URL) -> None:
        with connected(url) as session:
            seen.extend(
                session.execute(
                    "SELECT current_user, usesuper FROM pg_user WHERE usename = current_user"
                ).fetchall()
            )

    assert server.template("a", look) == server.template("a", look)
    assert server.template("b", look) != server.template("a", look)
    assert seen == [("builder", False)] * 2


def test_what_the_builder_raises_is_passed_on_and_nothing_is_left(server: GradingServer) -> None:
    before = databases(server)

    def fail(_: URL) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        server.template("broken", fail)
    assert databases(server) == before
    assert server.template("broken", build)


def test_a_template_that_was_not_used_for_longest_makes_room(
    server: GradingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "MOST_TEMPLATES", 2)
    names = [server.template(key, build) for key in ("a", "b", "c")]
    assert databases(server) & {*names} == {*names[1:]}
    with server.lend(names[0]) as lent:
        assert run(lent, "SELECT count(*) FROM users") == [(0,)]
    assert databases(server) & {*names} == {names[0], names[2]}


def test_a_run_gets_a_clone_of_its_own(server: GradingServer, template: str) -> None:
    with server.lend(template) as one, server.lend(template) as two:
        run(one, "INSERT INTO users (email, name) VALUES ('a', 'b')")
        assert run(one, "SELECT count(*) FROM users") == [(1,)]
        assert run(two, "SELECT count(*) FROM users") == [(0,)]
        assert one.role != two.role


def test_a_run_gets_more_clones(server: GradingServer, template: str) -> None:
    before = databases(server)
    with server.lend(template) as lent:
        names = {lent.another().name for _ in range(3)}
        for name in names:
            with connected(lent.outside.set(database=name)) as session:
                assert session.execute("SELECT count(*) FROM users").fetchone() == (0,)
        assert databases(server) == before | names | {lent.role}
    assert databases(server) == before
    with pytest.raises(PostgresError, match="The run has ended"):
        lent.another()


def test_a_variant_is_planted_before_the_role_may_enter(
    server: GradingServer, template: str
) -> None:
    drop = "ALTER TABLE users DROP CONSTRAINT uq_users_email"
    insert = "INSERT INTO users (email, name) VALUES ('a', 'b')"
    changed = server.changed(template, [drop, "CREATE TABLE extra (n int)"])
    for _ in range(2):
        with server.lend(changed) as lent:
            run(lent, insert, insert, "INSERT INTO extra VALUES (1)")
            assert lent.another()
    with server.lend(template) as lent, pytest.raises(psycopg.errors.UniqueViolation):
        run(lent, insert, insert)
    with pytest.raises(PostgresError, match="variant's statement can't be run"):
        server.changed(template, ["ALTER TABLE nowhere ADD n int"])
    assert server.running()


def test_a_changed_template_comes_back_when_it_and_its_own_have_made_room(
    server: GradingServer, template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "MOST_TEMPLATES", 2)
    changed = server.changed(template, ["CREATE TABLE extra (n int)"])
    for key in ("a", "b"):
        server.template(key, build)
    with server.lend(changed) as lent:
        assert run(lent, "SELECT count(*) FROM extra") == [(0,)]


def test_tables_are_not_the_students_but_for_their_rows(
    server: GradingServer, template: str
) -> None:
    with server.lend(template) as lent:
        run(
            lent,
            "CREATE TABLE mine (n int REFERENCES users (id))",
            "CREATE TEMP TABLE t (n int)",
            "ANALYZE users",
            "TRUNCATE users CASCADE",
            "SELECT setval('users_id_seq', 7)",
        )
        for change in (
            "ALTER TABLE users ADD n int",
            "ALTER TABLE users DISABLE TRIGGER ALL",
            "CREATE INDEX ON users (name)",
            "ALTER TABLE users OWNER TO CURRENT_USER",
        ):
            with pytest.raises(psycopg.Error, match=r"must be owner|does not exist"):
                run(lent, change)


def test_a_clone_bears_a_mark_of_its_own(server: GradingServer, template: str) -> None:
    with server.lend(template) as lent:
        for name in (lent.role, lent.another().name):
            engine = create_engine(lent.outside.set(database=name))
            with engine.connect() as connection:
                require_test_database(connection)
            engine.dispose()


def test_it_is_seen_from_inside_as_a_socket_in_a_folder(
    server: GradingServer, template: str
) -> None:
    assert [one.name for one in server.sockets.iterdir()] == [".s.PGSQL.5432"]
    with server.lend(template) as lent:
        assert lent.url.query["host"] == confinement.POSTGRES == "/pg"
        assert lent.database.sync_url == lent.url
        assert lent.database.url.drivername == "postgresql+asyncpg"
        program = (
            "import psycopg, sys; print(psycopg.connect(sys.argv[1]).execute('SELECT 7')"
            ".fetchone())"
        )
        address = lent.url.set(drivername="postgresql").render_as_string(hide_password=False)
        inside = [
            "bwrap",
            "--ro-bind",
            "/",
            "/",
            "--dev",
            "/dev",
            "--tmpfs",
            "/mnt",
            "--ro-bind",
            server.sockets,
            "/mnt",
            "--unshare-net",
            "--die-with-parent",
        ]
        done = subprocess.run(
            [*inside, sys.executable, "-c", program, address.replace("%2Fpg", "%2Fmnt")],
            capture_output=True,
            text=True,
        )
        assert "(7,)" in done.stdout, done.stderr


def test_the_server_sees_nothing_of_the_host(server: GradingServer, template: str) -> None:
    with server.lend(template) as lent, connected(lent.outside):
        process = backend(server)
        root = Path(f"/proc/{process.pid}/root")
        assert {one.name for one in root.iterdir()} <= {
            "usr",
            "bin",
            "sbin",
            "lib",
            "lib32",
            "lib64",
            "etc",
            "opt",
            "server",
            "log",
            "tmp",
            "sockets",
            "proc",
            "dev",
        }
        assert {one.name for one in (root / "etc").iterdir()} == {"ld.so.cache", "pg_hba.conf"}
        assert process.uids().real != 0
        assert set(process.environ()) <= {
            "LC_ALL",
            "PATH",
            "PWD",
            "PGDATA",
            "SHLVL",
            "_",
            "PG_GRANDPARENT_PID",
            "OLDPWD",
        }
        status = Path(f"/proc/{process.pid}/status").read_text()
        assert "NoNewPrivs:\t1" in status
        assert "CapEff:\t0000000000000000" in status


def test_a_crash_is_noticed_and_a_restart_serves_again(
    server: GradingServer, template: str
) -> None:
    with server.lend(template) as lent:
        session = connect(lent.outside)
        backend(server).send_signal(signal.SIGSEGV)
        server._running.box.wall.wait(20)
        assert not server.running()
        with pytest.raises(PostgresError, match="has ended"):
            lent.another()
        session.close()
    with pytest.raises(PostgresError, match="has ended: start it again"), server.lend(template):
        pass
    server.restart()
    assert server.running()
    assert [one.name for one in server.sockets.iterdir()] == [".s.PGSQL.5432"]
    with server.lend(template) as lent:
        assert run(lent, "SELECT count(*) FROM users") == [(0,)]


def test_a_restart_under_a_run_leaves_nothing_of_it(server: GradingServer, template: str) -> None:
    with server.lend(template) as lent:
        server.restart()
        lent.end()
        with pytest.raises(PostgresError):
            run(lent, "SELECT 1")
    with server.lend(template) as following:
        assert run(following, "SELECT count(*) FROM users") == [(0,)]


def test_a_session_that_can_not_be_ended_takes_the_server_along(
    server: GradingServer, template: str
) -> None:
    with server.lend(template) as lent:
        session = connect(lent.outside)
        backend(server).suspend()
        lent.end()
        assert not server.running()
        session.close()
    server.restart()
    with server.lend(template):
        pass


def test_it_ends_with_its_owner(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from nomocks.grading.sandbox.postgres import GradingServer\n"
        "with GradingServer(Path(sys.argv[1])): print('up', flush=True); sys.stdin.read()"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", program, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout
    assert owner.stdout.readline() == "up\n"
    left = [one for one in processes(folder) if one.pid != owner.pid]
    assert left
    owner.kill()
    owner.communicate()
    assert psutil.wait_procs(left, 20)[1] == []


def test_nothing_is_left_when_it_is_closed(folder: Path) -> None:
    with GradingServer(folder) as server:
        children = psutil.Process(server._running.box.wall.pid).children(recursive=True)
        assert len(children) > 3
    assert psutil.wait_procs(children, 20)[1] == []
    assert processes(folder) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes to another user")
def test_root_runs_it_as_another_user(folder: Path) -> None:
    with GradingServer(folder, user=61234) as server:
        template = server.template("shop", build)
        with server.lend(template) as lent, connected(lent.outside):
            assert backend(server).uids().real == 61234
        assert (server.sockets / ".s.PGSQL.5432").stat().st_uid == 61234
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_path_that_is_too_long_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    with pytest.raises(PostgresError, match="too long"), GradingServer(folder):
        pass


def test_a_machine_without_bubblewrap_is_told_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(PostgresError, match="install bubblewrap"), GradingServer(folder):
        pass


def outcome(lent: Lent, tmp_path: Path, cell: str) -> str:
    """What pytest says of a cell that works on what was lent."""
    url = lent.outside.render_as_string(hide_password=False)
    (tmp_path / "test_cell.py").write_text(cell.replace("{url!r}", repr(url)))
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "nomocks.testing.plugin",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:randomly",
            "-c",
            Path(confinement.__file__).parents[2] / "testing/notebook.ini",
            "-q",
            "test_cell.py",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=os.environ | {"NOMOCKS_POSTGRES": url},
    )
    return done.stdout + done.stderr


def test_the_fixtures_of_the_course_work_for_the_role_of_a_run(
    server: GradingServer, template: str, tmp_path: Path
) -> None:
    with server.lend(template) as lent:
        said = outcome(lent, tmp_path, CELL)
        assert (said.count("PASSED"), said.count("FAILED"), said.count("ERROR")) == (6, 0, 0), said


def test_a_forgotten_transaction_is_told_of(
    server: GradingServer, template: str, tmp_path: Path
) -> None:
    with server.lend(template) as lent:
        said = outcome(lent, tmp_path, CELL + FORGETS)
        assert "test_forgets" in said
        assert "connection" in said
        assert "permission denied" not in said


def test_a_test_that_asks_for_a_database_of_its_own_is_told_in_a_sentence(
    server: GradingServer, template: str, tmp_path: Path
) -> None:
    with server.lend(template) as lent:
        assert "may not create databases" in outcome(lent, tmp_path, CELL + ASKS)
