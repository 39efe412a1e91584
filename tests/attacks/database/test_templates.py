"""Read or change the template that the runs after this one are cloned from."""


def test_a_template_can_be_neither_cloned_nor_changed(student, template):
    student.refused(
        f"CREATE DATABASE mine TEMPLATE {template}",
        "CREATE DATABASE mine TEMPLATE template1",
        f"ALTER DATABASE {template} ALLOW_CONNECTIONS true",
        f"ALTER DATABASE {template} SET search_path = evil",
        f"ALTER DATABASE {template} RENAME TO gone",
        f"ALTER DATABASE {template} OWNER TO {student.lent.role}",
        f"COMMENT ON DATABASE {template} IS 'mine'",
        f"GRANT CONNECT ON DATABASE {template} TO {student.lent.role}",
        f"DROP DATABASE {template}",
    )


def test_templates_have_names_that_tell_nothing(template):
    assert "course" not in template


def test_what_a_student_does_to_the_tables_stays_in_the_clone(student):
    student.run("DROP SCHEMA public CASCADE", "SELECT 1")
