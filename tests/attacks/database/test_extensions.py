"""Get to other servers, or to code in C, by an extension: dblink, postgres_fdw, others."""


def test_none_can_be_installed(student):
    there = [name for (name,) in student.run("SELECT name FROM pg_available_extensions")]
    assert "plpgsql" in there
    student.refused(
        *(f'CREATE EXTENSION "{name}"' for name in there if name != "plpgsql"),
        *(f'CREATE EXTENSION IF NOT EXISTS "{name}" CASCADE' for name in ("dblink", "file_fdw")),
        why="permission denied|not available|required extension",
    )


def test_no_foreign_server_can_be_made(student):
    student.refused(
        "CREATE FOREIGN DATA WRAPPER mine",
        "CREATE SERVER other FOREIGN DATA WRAPPER dblink_fdw",
        why="permission denied|does not exist",
    )
    student.refused("SELECT dblink('host=/pg', 'SELECT 1')", why="does not exist")
