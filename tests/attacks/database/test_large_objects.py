"""Carry files in and out, or hide something from run to run, by large objects."""


def test_they_reach_no_file(student):
    student.refused(
        "SELECT lo_import('/etc/passwd')",
        "SELECT lo_import('/etc/pg_hba.conf', 4711)",
        "SELECT lo_export(lo_from_bytea(0, 'x'), '/tmp/out')",
    )


def test_they_are_gone_after_the_run(student, neighbor, server, template):
    student.run("SELECT lo_from_bytea(4711, 'I was here')")
    find = "SELECT count(*) FROM pg_largeobject_metadata"
    assert student.run(find) == [(1,)]
    assert neighbor.run(find) == [(0,)]
    with server.lend(template) as following:
        assert type(student)(following, server).run(find) == [(0,)]
