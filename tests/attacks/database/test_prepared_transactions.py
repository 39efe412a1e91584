"""Prepare a transaction: it outlives its session with all its locks, and blocks a removal."""


def test_none_is_prepared(student):
    student.refused(
        "BEGIN; INSERT INTO users (email) VALUES ('a'); PREPARE TRANSACTION 'mine'",
        why="prepared transactions are disabled",
    )
