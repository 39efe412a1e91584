"""Passwords of the server: in the files beside its socket, in its tables, in one's own process."""

from tests.attacks.conftest import Attack

CELL = """\
import gc

async def test_search(session):
    found = []
    for query in ("SELECT rolpassword FROM pg_authid", "SELECT passwd FROM pg_shadow",
            "SELECT pg_read_file('pg_hba.conf')", "SELECT * FROM pg_hba_file_rules"):
        try:
            async with session.begin_nested():
                if (await session.execute(text(query))).all():
                    found.append(query)
        except Exception:
            pass
    for name in os.listdir("/pg"):
        try:
            found.append(open(f"/pg/{name}").read())
        except OSError:
            pass
    urls = {str(one) for one in gc.get_objects() if type(one).__name__ == "URL"}
    names = {url.partition("://")[2].partition(":")[0] for url in urls if "://" in url}
    me = await session.scalar(text("SELECT CURRENT_USER"))
    raise RuntimeError((found, sorted(names - {me})))
"""


def test_a_run_knows_its_own_password_only(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("RuntimeError: ([], [])")
