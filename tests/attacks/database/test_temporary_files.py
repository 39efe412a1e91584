"""Make the server write huge temporary files for a sort or a hash."""

import psycopg
import pytest


def test_they_are_limited(student):
    session = student.connect()
    session.execute("SET work_mem = '64kB'")
    with pytest.raises(psycopg.errors.ConfigurationLimitExceeded, match="temp_file_limit"):
        session.execute(
            "SELECT count(*) FROM (SELECT n FROM generate_series(1, 100000000) n ORDER BY -n) s"
        )
    student.refused("SET temp_file_limit = -1")
