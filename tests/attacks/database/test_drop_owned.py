"""Drop or take over all that a role owns: the shared ones own things in every database."""


def test_it_reaches_no_other_database(student, neighbor):
    student.refused(
        "DROP OWNED BY builder",
        "DROP OWNED BY postgres",
        f"DROP OWNED BY {neighbor.lent.role}",
        "REASSIGN OWNED BY builder TO CURRENT_USER",
        "REASSIGN OWNED BY postgres TO CURRENT_USER",
        why="permission denied",
    )
    student.tries("DROP OWNED BY students CASCADE", "REASSIGN OWNED BY students TO CURRENT_USER")


def test_own_rights_can_be_thrown_away(student):
    student.run("DROP OWNED BY CURRENT_USER CASCADE")
