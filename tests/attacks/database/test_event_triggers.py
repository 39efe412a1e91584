"""Be called whenever somebody changes the schema, with the rights of that person."""


def test_no_event_trigger_is_made(student):
    student.run("CREATE FUNCTION seen() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$")
    student.refused(
        "CREATE EVENT TRIGGER mine ON ddl_command_end EXECUTE FUNCTION seen()",
        "CREATE EVENT TRIGGER mine ON login EXECUTE FUNCTION seen()",
    )
