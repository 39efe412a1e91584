"""Read or write files of the server: its passwords, its settings, another database's tables."""

import pytest

FILES = (
    "/etc/passwd",
    "/etc/pg_hba.conf",
    "postgresql.conf",
    "global/pg_filenode.map",
    "/proc/1/environ",
)
READS = (
    "SELECT pg_read_file('{}')",
    "SELECT pg_read_binary_file('{}', 0, 10)",
    "SELECT pg_stat_file('{}')",
    "COPY users (email) FROM '{}'",
    "CREATE TABLE t (x text); COPY t FROM '{}'",
    "COPY (SELECT 1) TO '{}'",
)


@pytest.mark.parametrize("file", FILES)
def test_no_file_is_read_or_written(student, file):
    student.refused(*(read.format(file) for read in READS))


def test_no_folder_is_listed(student):
    student.refused(
        "SELECT pg_ls_dir('.')",
        "SELECT pg_ls_dir('/')",
        "SELECT pg_ls_logdir()",
        "SELECT pg_ls_waldir()",
        "SELECT pg_ls_tmpdir()",
        "SELECT pg_ls_archive_statusdir()",
        "SELECT pg_ls_replslotdir('x')",
        "SELECT * FROM pg_hba_file_rules",
        "SELECT * FROM pg_file_settings",
        "SELECT * FROM pg_ident_file_mappings",
    )
