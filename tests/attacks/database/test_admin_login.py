"""Log in as the superuser or as the owner of the tables: without a password, or with a guess."""

import psycopg
import pytest

from nomocks.grading.sandbox.server_settings import ADMIN, BUILDER, STUDENTS


@pytest.mark.parametrize("user", [ADMIN, BUILDER, STUDENTS, "root", "nobody"])
@pytest.mark.parametrize("password", ["", "postgres", "' OR true --", None])
def test_nobody_else_is_let_in(student, user, password):
    changes = {"password": student.lent.password if password is None else password}
    for database in (student.lent.role, "postgres"):
        with pytest.raises(psycopg.OperationalError, match=r"password|rejects|failed"):
            student.connect(user=user, dbname=database, passfile="/dev/null", **changes)


def test_the_password_of_the_kept_cluster_is_good_no_more(student):
    from nomocks.postgres.binaries import find_binaries, within_reach
    from nomocks.postgres.cluster import kept_cluster
    from nomocks.postgres.folders import cache_folder, server_account

    account = server_account()
    kept = kept_cluster(within_reach(find_binaries(), account), account, cache_folder() / "unused")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        student.connect(user=ADMIN, password=kept.password, dbname="postgres")


def test_no_password_is_shown_in_a_command_or_an_environment(student):
    import psutil

    for process in psutil.process_iter():
        try:
            shown = " ".join(process.cmdline()) + str(process.environ())
        except psutil.Error:
            continue
        assert student.lent.password not in shown
