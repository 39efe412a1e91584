"""Call any of the functions by which an administrator looks after a server."""

import pytest

DANGEROUS = """
    SELECT proname::text FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
    AND has_function_privilege(oid, 'EXECUTE') AND (
        proname ~ '^pg_(read|write|ls|create|drop|copy|stop|start|log|hba|logical|sync|switch)_'
        OR proname ~ '^pg_(backup|wal_replay|rotate|reload|promote|stat_reset|nextoid|extension)'
        OR proname ~ '^(lo_import|lo_export|binary_upgrade)'
    ) ORDER BY 1"""
# These look at or change only what is one's own, or check their caller themselves.
HARMLESS = {
    "pg_nextoid",
    "pg_stop_making_pinned_objects",
    "pg_create_logical_replication_slot",
    "pg_create_physical_replication_slot",
    "pg_copy_logical_replication_slot",
    "pg_copy_physical_replication_slot",
    "pg_drop_replication_slot",
    "pg_logical_slot_get_binary_changes",
    "pg_logical_slot_get_changes",
    "pg_logical_slot_peek_binary_changes",
    "pg_logical_slot_peek_changes",
    "pg_replication_slot_advance",
    "pg_sync_replication_slots",
    "pg_extension_config_dump",
    "pg_extension_update_paths",
    "pg_show_all_settings",
    "pg_logical_slot",
    "pg_stat_reset_backend_stats",
}


def test_none_of_them_is_for_students(student):
    allowed = {name for (name,) in student.run(DANGEROUS)}
    assert {n for n in allowed if not n.startswith("binary_upgrade")} <= HARMLESS


def test_what_checks_its_caller_refuses_this_one(student):
    student.refused(
        "SELECT pg_drop_replication_slot('x')",
        "SELECT * FROM pg_logical_slot_get_changes('x', NULL, NULL)",
        "SELECT pg_replication_slot_advance('x', '0/1')",
        "SELECT pg_sync_replication_slots()",
        "SELECT pg_stop_making_pinned_objects()",
        "SELECT pg_nextoid('pg_class', 'oid', 'pg_class_oid_index')",
        "SELECT pg_extension_config_dump('users'::regclass, '')",
        "SELECT binary_upgrade_set_next_pg_type_oid(1)",
        why="permission denied|can only be called|must be|only",
    )


@pytest.mark.parametrize(
    "catalog",
    ["pg_proc", "pg_authid", "pg_database", "pg_class", "pg_auth_members", "pg_shdescription"],
)
def test_catalogs_are_not_written(student, catalog):
    student.refused(
        f"DELETE FROM {catalog}",
        f"TRUNCATE {catalog}",
        f"DROP TABLE {catalog}",
        f"CREATE TRIGGER t BEFORE INSERT ON {catalog} EXECUTE FUNCTION f()",
    )
