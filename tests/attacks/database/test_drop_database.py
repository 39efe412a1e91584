"""Drop or rename a database: one's own, so that the grader stumbles, or somebody else's."""


def test_no_database_can_be_dropped_or_renamed(student, neighbor):
    own, other = student.lent.role, neighbor.lent.role
    student.refused(
        f"DROP DATABASE {other}",
        f"DROP DATABASE {other} WITH (FORCE)",
        "DROP DATABASE postgres",
        f"ALTER DATABASE {other} RENAME TO gone",
        why="must be owner",
    )
    student.refused(
        f"DROP DATABASE {own}",
        f"ALTER DATABASE {own} RENAME TO gone",
        "CREATE DATABASE mine",
        why="must be owner|currently open|permission denied|current database",
    )
