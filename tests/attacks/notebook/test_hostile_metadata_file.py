"""The table that Gradescope puts beside submissions is read as plain data, if at all."""

from pathlib import Path

import pytest

from nomocks.grading.batch.found import find
from nomocks.grading.intake import LARGEST
from tests.batch.handed_in import SLUG, by, tree

LAUGHS = "a0: &a0 [x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
)


@pytest.mark.parametrize(
    "table",
    [
        LAUGHS,
        LAUGHS + "submission_1: {':submitters': *a29}\n",
        "submission_1: !!python/object/apply:os.mkdir [canary]\n",
        "submission_1: {':submitters': [{':name': !!python/name:os.system x}]}\n",
        "b0: &b0 {x: 1}\n"
        + "".join(f"b{n}: &b{n} {{<<: [{', '.join([f'*b{n - 1}'] * 9)}]}}\n" for n in range(1, 30)),
        "[" * 50_000,
        "submission_1: " + "[" * 1_000_000,
        "{? " * 50_000,
        "- " * 50_000,
        "&a [*a]",
        "submission_1: &a {':submitters': [*a, *a]}\n",
        "submission_1: {':submitters': [7, null, [], {':name': {}}, {':sid': [1]}]}\n",
        "submission_1: {':submitters': {':name': 1}}\n",
        "? [a, b]\n: 1\n",
        "2026-13-45: 1\n",
        "x: 9" + "9" * 50_000,
        "\0",
        b"\xff\xfe",
        b" " * (LARGEST + 1),
        "",
    ],
)
def test_what_it_says_does_no_harm(
    tmp_path: Path, table: str | bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files = {"all/submission_metadata.yml": table, "all/submission_1/x.ipynb": by("ada")}
    (ada,) = find(tree(tmp_path, files) / "all", SLUG)
    assert ada.cells == {"users": "# ada"}
    assert not Path("canary").exists()
