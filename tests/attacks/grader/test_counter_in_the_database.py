"""A count of the runs so far in what a server keeps: roles, comments, settings, locks, objects."""

from tests.attacks.conftest import Attack

CELL = """\
WRITES = [
    "ALTER ROLE CURRENT_USER SET search_path = 'counted'",
    "ALTER ROLE CURRENT_USER SET application_name = 'counted'",
    "ALTER ROLE CURRENT_USER RENAME TO counted",
    "COMMENT ON ROLE CURRENT_USER IS 'counted'",
    "COMMENT ON TABLE users IS 'counted'",
    "COMMENT ON SCHEMA public IS 'counted'",
    "CREATE ROLE counted",
    "CREATE TABLE counted ()",
    "CREATE SEQUENCE counted_sequence",
    "SELECT lo_create(4242)",
    "SELECT pg_advisory_lock(4242)",
    "SELECT set_config('nomocks.counted', '1', false)",
    "NOTIFY counted",
    "SECURITY LABEL ON TABLE users IS 'counted'",
]
READS = [
    "SELECT count(*) FROM pg_roles WHERE rolname = 'counted' OR rolconfig::text LIKE '%counted%'",
    "SELECT count(*) FROM pg_description WHERE description = 'counted'",
    "SELECT count(*) FROM pg_shdescription WHERE description = 'counted'",
    "SELECT count(*) FROM pg_db_role_setting WHERE setconfig::text LIKE '%counted%'",
    "SELECT count(*) FROM pg_class WHERE relname LIKE 'counted%'",
    "SELECT count(*) FROM pg_largeobject_metadata WHERE oid = 4242",
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'",
    "SELECT count(*) FROM pg_seclabels",
    "SELECT coalesce(current_setting('nomocks.counted', true), '') = '1'",
]

async def test_counted(session):
    found = [await session.scalar(text(one)) for one in READS]
    for one in WRITES:
        try:
            async with session.begin_nested():
                await session.execute(text(one))
        except Exception:
            pass
    await session.commit()
    assert not any(found), found
"""


def test_each_run_is_the_first(attack: Attack) -> None:
    assert attack(CELL).tests[0].reason == ""
