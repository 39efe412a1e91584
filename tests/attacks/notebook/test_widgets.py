"""The state of widgets, which notebooks keep in their metadata, is never read."""

from pathlib import Path

from tests.attacks.notebook.neighbors import handed_in
from tests.batch.handed_in import notebook

STATE = {"model_module": "https://evil.invalid/x", "state": {"_view_module": "x", "value": "<b>"}}


def test_the_state_of_widgets_is_not_taken(tmp_path: Path) -> None:
    state = {"application/vnd.jupyter.widget-state+json": {"state": {"id": STATE}}}
    found = handed_in(tmp_path, notebook(widgets=state))
    assert found.cells == {"users": "x = 1"}
    assert "evil" not in repr(found)
