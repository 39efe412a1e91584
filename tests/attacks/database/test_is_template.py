"""Make one's database a template, or one that lets nobody in, so that it can't be dropped."""


def test_the_database_of_a_run_is_not_the_students(student):
    own = student.lent.role
    more = student.lent.another().name
    for database in (own, more):
        student.refused(
            f"ALTER DATABASE {database} IS_TEMPLATE true",
            f"ALTER DATABASE {database} ALLOW_CONNECTIONS false",
            f"ALTER DATABASE {database} CONNECTION LIMIT 0",
            f"ALTER DATABASE {database} OWNER TO {own}",
            f"ALTER DATABASE {database} SET TABLESPACE pg_global",
            f"ALTER DATABASE {database} REFRESH COLLATION VERSION",
            f"COMMENT ON DATABASE {database} IS NULL",
            f"CREATE DATABASE copy TEMPLATE {database}",
        )
    student.refused("UPDATE pg_database SET datistemplate = true")
    student.run(f"GRANT ALL ON DATABASE {own} TO {own}; REVOKE ALL ON DATABASE {own} FROM {own}")
    student.refused("CREATE SCHEMA mine", "CREATE PUBLICATION mine")
