"""Run a program on the server with COPY."""


def test_no_program_is_run(student):
    student.refused(
        "COPY users TO PROGRAM 'cat > /tmp/seen'",
        "COPY users FROM PROGRAM 'id'",
        "COPY (SELECT 1) TO PROGRAM 'kill -9 1'",
    )
