"""A script in an output, in markdown, in metadata or in an attachment is never read."""

from pathlib import Path

from tests.attacks.notebook.neighbors import handed_in
from tests.batch.handed_in import cell, notebook

SCRIPT = "<script>fetch('/gradebook')</script><img src=x onerror=alert(1)>"


def test_only_the_text_of_known_code_cells_is_taken(tmp_path: Path) -> None:
    shown = {"output_type": "display_data", "data": {"text/html": SCRIPT}, "metadata": {}}
    hostile = notebook(
        cell("x = 1") | {"outputs": [shown], "attachments": {"a": {"text/html": SCRIPT}}},
        cell(SCRIPT, "text", "markdown"),
        cell(SCRIPT, "raw", "raw"),
        title=SCRIPT,
        authors=[{"name": SCRIPT}],
    )
    found = handed_in(tmp_path, hostile)
    assert found.cells == {"users": "x = 1"}
    assert "script" not in repr(found)
