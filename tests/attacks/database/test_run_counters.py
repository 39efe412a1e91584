"""Count the runs, to pass on the first ones and fail on the rest.

The server's own counters, of transactions and objects, can be read and can't be hidden: that the
order of runs tells nothing is the grader's part. What a run could write itself is gone.
"""

KEPT = (
    "ALTER ROLE CURRENT_USER SET my.count = '1'",
    "COMMENT ON SCHEMA public IS 'run 1'",
    "COMMENT ON TABLE users IS 'run 1'",
    "SELECT setval('orders_id_seq', 1000)",
    "SELECT pg_advisory_lock(4711)",
    "CREATE TABLE counter AS SELECT 1 AS n",
    "SELECT set_config('application_name', 'run 1', false)",
)
FOUND = (
    "SELECT count(*)::int FROM pg_db_role_setting",
    "SELECT count(*)::int FROM pg_description WHERE description = 'run 1'",
    "SELECT last_value::int - 1 FROM orders_id_seq",
    "SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory'",
    "SELECT count(*)::int FROM pg_class WHERE relname = 'counter'",
    "SELECT count(*)::int FROM pg_stat_activity WHERE application_name = 'run 1'",
)


def test_nothing_that_a_run_wrote_is_found_by_the_next(student, server, template):
    student.tries(*KEPT)
    student.lent.end()
    with server.lend(template) as following:
        assert {type(student)(following, server).run(query)[0][0] for query in FOUND[1:]} == {0}


def test_statistics_can_not_be_reset_to_count_from(student):
    student.refused(
        "SELECT pg_stat_reset()",
        "SELECT pg_stat_reset_shared('bgwriter')",
        "SELECT pg_stat_reset_slru('notify')",
        "SELECT pg_stat_reset_single_table_counters(1260)",
        "SELECT pg_stat_reset_backend_stats(1)",
    )
