"""Change the settings of the server: how it logs, what it loads, whom it lets in."""

import pytest


def test_no_setting_of_the_server_is_changed(student):
    student.refused(
        "ALTER SYSTEM SET shared_preload_libraries = 'evil'",
        "ALTER SYSTEM SET hba_file = '/tmp/mine'",
        "ALTER SYSTEM RESET ALL",
        "SELECT pg_reload_conf()",
        "SELECT pg_rotate_logfile()",
        "ALTER DATABASE postgres SET work_mem = '1GB'",
        f"ALTER DATABASE {student.lent.role} SET work_mem = '1GB'",
        "GRANT SET ON PARAMETER log_statement TO PUBLIC",
        why="permission denied|must be owner|not allowed",
    )


@pytest.mark.parametrize(
    "setting",
    [
        "log_statement = 'all'",
        "log_min_messages = debug5",
        "temp_file_limit = -1",
        "max_stack_depth = '100MB'",
        "session_replication_role = replica",
        "track_functions = 'all'",
        "session_preload_libraries = 'x'",
        "dynamic_library_path = '/tmp'",
        "zero_damaged_pages = on",
        "allow_system_table_mods = on",
        "ignore_system_indexes = on",
        "log_duration = on",
        "max_connections = 1",
        "hba_file = '/tmp/x'",
        "restart_after_crash = on",
        "autovacuum = on",
    ],
)
def test_a_session_keeps_what_protects_the_server(student, setting):
    student.refused(f"SET {setting}", why="permission denied|cannot be (changed|set)")
