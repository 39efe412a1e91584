"""JSON that is nested without end is refused, wherever it is."""

from pathlib import Path

import pytest

from tests.attacks.notebook.neighbors import handed_in
from tests.batch.handed_in import notebook

DEPTH = 200_000


@pytest.mark.parametrize(
    "hostile",
    [
        "[" * DEPTH,
        "[" * DEPTH + "]" * DEPTH,
        '{"a":' * DEPTH + "1" + "}" * DEPTH,
        notebook(deep="DEEP").replace('"DEEP"', "[" * DEPTH + "]" * DEPTH),
        notebook().replace('"outputs": []', '"outputs": ' + '[{"a":' * DEPTH),
    ],
)
def test_deep_json_is_one_problem(tmp_path: Path, hostile: str) -> None:
    assert "nested too deeply" in handed_in(tmp_path, hostile).problem
