"""Cells that need a MariaDB show what was recorded where there is none, and say so."""

import json
from pathlib import Path

import pytest
from nbformat.v4 import new_output

from nomocks.authoring import recorded
from nomocks.authoring.chapters import Chapter, chapters, fingerprint
from nomocks.authoring.execution import execute
from nomocks.authoring.failures import BuildFailed
from nomocks.postgres import get_server

CHAPTER = """---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---
# A chapter

```{code-cell} python3
print("with PostgreSQL")
```

```{code-cell} python3
:name: two
:tags: [mariadb]

print("as it is here")
```
"""
ROOT = Path(__file__).parents[2]


@pytest.fixture
def chapter(tmp_path: Path) -> Chapter:
    (tmp_path / "book").mkdir()
    (tmp_path / "requirements.lock").touch()
    path = tmp_path / "book" / "15-two.md"
    path.write_text(CHAPTER, "utf-8")
    return Chapter(tmp_path, path)


@pytest.fixture
def recording(chapter: Chapter, monkeypatch: pytest.MonkeyPatch) -> Chapter:
    """The chapter with what it showed where there was a MariaDB; now there is none."""
    monkeypatch.setattr(recorded, "installed_version", lambda: "10.11.1")
    notebook = chapter.notebook()
    notebook.cells[-1].outputs = [new_output("stream", text="as it was there\n")]
    assert recorded.record(chapter.path, notebook)
    assert not recorded.record(chapter.path, notebook)
    monkeypatch.undo()
    monkeypatch.setenv("NOMOCKS_MARIADB", "none")
    return chapter


def test_a_build_without_mariadb_shows_what_was_recorded_and_says_so(recording: Chapter) -> None:
    (run,) = execute([recording], str(get_server()), recording.root / "cache")
    plain, tagged = (cell.outputs for cell in run.notebook.cells if cell.cell_type == "code")
    assert [output.text for output in plain] == ["with PostgreSQL\n"]
    assert tagged[1].text == "as it was there\n"
    note = tagged[0].data["text/html"]
    facts = json.loads(recorded.path_of(recording.path).read_text("utf-8"))
    for fact in (facts["date"], "MariaDB 10.11.1", facts["platform"], "there is no MariaDB where"):
        assert fact in note


def test_a_cell_that_was_changed_since_is_not_shown_with_old_outputs(recording: Chapter) -> None:
    recording.path.write_text(CHAPTER.replace("as it is", "as it may be"), "utf-8")
    changed = Chapter(recording.root, recording.path)
    with pytest.raises(BuildFailed, match="cell two was not recorded as it is now: run `nomocks"):
        recorded.show(changed.path, changed.notebook())


def test_a_cell_without_a_name_or_a_tag_is_noticed(recording: Chapter) -> None:
    recording.path.write_text(CHAPTER.replace(":name: two\n", ""), "utf-8")
    changed = Chapter(recording.root, recording.path)
    assert list(recorded.outdated(changed.path, changed.notebook())) == [
        "a cell with the tag mariadb has no name",
        "the cell two was recorded and has no tag mariadb",
    ]


def test_a_cell_that_shows_something_else_is_noticed(recording: Chapter) -> None:
    notebook = recording.notebook()
    notebook.cells[-1].outputs = [new_output("stream", text="something else\n")]
    (found,) = recorded.changed(recording.path, notebook)
    assert "the cell two shows something else than what was recorded" in found


def test_colors_and_carets_are_no_difference(recording: Chapter) -> None:
    for text, same in (
        ("as it was there\n", True),
        ("\x1b[31mas it was there\x1b[0m\n   ^^~~^\n", True),
        ("as it was there\nnow\n", False),
    ):
        notebook = recording.notebook()
        notebook.cells[-1].outputs = [new_output("stream", text=text)]
        assert (list(recorded.changed(recording.path, notebook)) == []) is same, text


def test_a_chapter_runs_again_when_the_mariadb_or_the_recording_is_another(
    recording: Chapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = fingerprint(recording, "PostgreSQL 18")
    recorded.path_of(recording.path).write_text('{"cells": {}}', "utf-8")
    changed = fingerprint(recording, "PostgreSQL 18")
    monkeypatch.setattr(recorded, "installed_version", lambda: "10.11.1")
    assert len({without, changed, fingerprint(recording, "PostgreSQL 18")}) == 3


@pytest.mark.parametrize("chapter", chapters(ROOT), ids=lambda one: one.path.stem)
def test_each_cell_that_needs_mariadb_is_recorded_as_it_is(chapter: Chapter) -> None:
    assert list(recorded.outdated(chapter.path, chapter.notebook())) == []
