"""The notebook that a teacher opens holds a student's text, and nothing of it acts."""

import json

import nbformat
import pytest
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell

from nomocks.gradebook.writing import write_gradebook
from tests.nbgrader.conftest import School, notebook

SCRIPT = "<script>alert(1)</script>"


def shown(school: School, submitted: NotebookNode) -> NotebookNode:
    path = school.hand_in("ada")
    path.write_text(json.dumps(submitted))
    school.write(school.graded("ada", "twice"))
    return nbformat.read(school.course / "autograded" / "ada" / "small" / "exercise.ipynb", 4)


def test_our_report_stands_in_the_check_cell_and_her_answer_above_it(school: School) -> None:
    submitted = notebook(school.assignment, "%%task users\nassert True")
    submitted.cells[2].outputs = [new_output("execute_result", {"text/plain": "3.0"})]
    submitted.cells[2].source = "3.0"
    setup, answer, check = shown(school, submitted).cells
    assert setup.source.startswith("%load_ext nomocks.grading")
    assert answer.source == "%%task users\nassert True"
    assert check.source == 'check("users")'
    assert [one.output_type for one in check.outputs] == ["display_data", "execute_result"]
    assert "Users: 1 of 2 bugs caught, 2 of 3 points" in check.outputs[0].data["text/html"]
    assert check.outputs[1].data == {"text/plain": "2.0"}


@pytest.mark.parametrize(
    "cell",
    [
        new_markdown_cell(SCRIPT),
        new_markdown_cell(f"```\n{SCRIPT}\n```\n{SCRIPT}"),
        new_markdown_cell(f"[x](javascript:alert) <img src=x onerror=alert>{SCRIPT}"),
        new_markdown_cell(
            "![x](attachment:a.svg)", attachments={"a.svg": {"image/svg+xml": SCRIPT}}
        ),
        new_raw_cell(SCRIPT, metadata={"raw_mimetype": "text/html"}),
        new_code_cell(f"'{SCRIPT}'", outputs=[new_output("display_data", {"text/html": SCRIPT})]),
        new_code_cell("1", metadata={"magics_language": SCRIPT, "tags": [SCRIPT]}),
        new_code_cell("1", metadata={"nbgrader": {"grade_id": SCRIPT, "solution": True}}),
    ],
)
def test_nothing_of_a_students_acts_in_the_page(school: School, cell: NotebookNode) -> None:
    submitted = notebook(school.assignment, f'%%task users\n"{SCRIPT}"')
    submitted.cells.insert(0, cell)
    submitted.metadata["title"] = SCRIPT
    found = shown(school, submitted)
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(found)
    assert SCRIPT not in page
    assert "onerror=alert" not in page.replace("&lt;img src=x onerror=alert&gt;", "")
    assert "javascript:alert" not in page.replace("[x](javascript:alert)", "")


def test_cells_come_in_her_order_and_those_that_she_deleted_come_last(school: School) -> None:
    submitted = notebook(school.assignment, "%%task users\n1")
    _, answer, check = submitted.cells
    own = new_code_cell("print('mine')")
    submitted.cells = [check, own, new_code_cell(" "), answer]
    sources = [cell.source for cell in shown(school, submitted).cells]
    assert sources[:3] == [check.source, own.source, answer.source]
    assert sources[3].startswith("%load_ext")


def test_texts_by_their_ids_do_in_place_of_a_notebook(school: School) -> None:
    cells = {"ada": {"users": "%%task users\nassert True", "setup": SCRIPT}}
    write_gradebook([school.graded("ada")], school.course, cells, feedback=False)
    path = school.course / "autograded" / "ada" / "small" / "exercise.ipynb"
    setup, answer, _ = nbformat.read(path, 4).cells
    assert setup.source.startswith("%load_ext")
    assert answer.source == "%%task users\nassert True"


def test_a_link_to_what_another_handed_in_is_not_followed(school: School) -> None:
    secret = school.hand_in("joan", "%%task users\nsecret = 1")
    path = school.hand_in("ada")
    path.unlink()
    path.symlink_to(secret)
    school.write(school.graded("ada", "twice"))
    text = (school.course / "autograded" / "ada" / "small" / "exercise.ipynb").read_text()
    assert "secret" not in text
