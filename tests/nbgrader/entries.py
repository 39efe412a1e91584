"""What a gradebook holds, by names in place of the ids that nbgrader makes at random."""

from pathlib import Path
from typing import Any

from nbgrader.api import Course, Grade, Gradebook
from sqlalchemy import text

Entries = dict[str, list[tuple[Any, ...]]]


def entries(course: Path) -> Entries:
    """Every row of every table that nbgrader has, sorted."""
    with Gradebook(f"sqlite:///{course}/gradebook.db", "") as book:
        version = book.db.execute(text("SELECT version_num FROM alembic_version")).all()
        notebooks = [one for assignment in book.assignments for one in assignment.notebooks]
        submissions = [one for student in book.students for one in student.submissions]
        handed_in = [one for submission in submissions for one in submission.notebooks]
        found: Entries = {
            "version": [tuple(row) for row in version],
            "course": [(one.id,) for one in book.db.query(Course)],
            "assignment": [(one.name, one.duedate, one.course_id) for one in book.assignments],
            "notebook": [(one.assignment.name, one.name, one.kernelspec) for one in notebooks],
            "grade cell": [
                (one.name, cell.name, cell.max_score, cell.cell_type)
                for one in notebooks
                for cell in one.grade_cells
            ],
            "solution cell": [
                (one.name, cell.name) for one in notebooks for cell in one.solution_cells
            ],
            "task cell": [(one.name, cell.name) for one in notebooks for cell in one.task_cells],
            "source cell": [
                (one.name, cell.name, cell.cell_type, cell.locked, cell.source, cell.checksum)
                for one in notebooks
                for cell in one.source_cells
            ],
            "student": [
                (one.id, one.first_name, one.last_name, one.email, one.lms_user_id)
                for one in book.students
            ],
            "submitted assignment": [
                (one.student.id, one.name, str(one.timestamp), one.extension) for one in submissions
            ],
            "submitted notebook": [
                (one.student.id, one.name, one.flagged, one.late_submission_penalty)
                for one in handed_in
            ],
            "grade": [
                (one.student.id, grade.name, *points(grade))
                for one in handed_in
                for grade in one.grades
            ],
            "comment": [
                (one.student.id, comment.name, comment.auto_comment, comment.manual_comment)
                for one in handed_in
                for comment in one.comments
            ],
        }
    return {table: sorted(rows, key=repr) for table, rows in found.items()}


def points(grade: Grade) -> tuple[Any, ...]:
    """The points of a cell: by the grader, by hand, extra; and whether a human is to look."""
    return grade.auto_score, grade.manual_score, grade.extra_credit, grade.needs_manual_grade
