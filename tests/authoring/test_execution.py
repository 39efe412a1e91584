"""Which chapters run again, and what a failing one says; on a small book."""

from pathlib import Path

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook, new_output

from nomocks.authoring import execution
from nomocks.authoring.chapters import Chapter, chapters, fingerprint
from nomocks.authoring.execution import ChapterRun, execute
from nomocks.authoring.failures import BookFailed
from nomocks.postgres import get_server

CHAPTER = """---
file_format: mystnb
kernelspec: {{name: python3, display_name: Python 3}}
reads: [data.txt]
---
# A chapter

{prose}

```{{code-cell}} python3
%load_ext nomocks.testing
```

```{{code-cell}} python3
%%ipytest {options}
def test_passes():
    pass

def test_other():
    assert {claim}
```
"""


class SmallBook:
    """Two chapters in a folder of their own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.server = str(get_server())
        (root / "book").mkdir()
        (root / "src").mkdir()
        self.write("_toc.yml", "format: jb-book\nroot: book/a\nchapters:\n- file: book/b\n")
        self.write("requirements.lock", "one==1\n")
        self.write("src/module.py", "x = 1\n")
        self.write("data.txt", "1")
        self.chapter("a")
        self.chapter("b", prose="Another.")

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, "utf-8")

    def chapter(
        self, name: str, prose: str = "Prose.", claim: str = "True", options: str = ""
    ) -> None:
        text = CHAPTER.format(prose=prose, claim=f"{claim}  # {name}", options=options)
        self.write(f"book/{name}.md", text)

    def run(self) -> list[ChapterRun]:
        return execute(chapters(self.root), self.server, self.root / "cache")

    def run_again(self) -> list[str]:
        """The names of the chapters that ran, and were not in the cache."""
        return [run.chapter.path.stem for run in self.run() if not run.cached]


@pytest.fixture
def small_book(tmp_path: Path) -> SmallBook:
    return SmallBook(tmp_path)


def test_a_book_runs_once_and_only_what_changed_runs_again(small_book: SmallBook) -> None:
    assert [run.tests for run in small_book.run()] == [2, 2]
    assert small_book.run_again() == []
    small_book.chapter("a", prose="Other words.")
    assert small_book.run_again() == []
    small_book.chapter("a", claim="1")
    assert small_book.run_again() == ["a"]
    assert [run.tests for run in small_book.run()] == [2, 2]


@pytest.mark.parametrize("name", ["src/module.py", "requirements.lock", "data.txt"])
def test_a_chapter_depends_on_the_code_the_lock_file_and_its_data(
    small_book: SmallBook, name: str
) -> None:
    chapter = Chapter(small_book.root, small_book.root / "book/a.md")
    before = fingerprint(chapter, "PostgreSQL 18")
    small_book.write(name, "changed")
    assert fingerprint(chapter, "PostgreSQL 18") != before


def test_a_chapter_depends_on_the_server(small_book: SmallBook) -> None:
    chapter = Chapter(small_book.root, small_book.root / "book/a.md")
    assert fingerprint(chapter, "PostgreSQL 17") != fingerprint(chapter, "PostgreSQL 18")


def test_a_failing_test_names_the_chapter_the_cell_and_shows_pytests_report(
    small_book: SmallBook,
) -> None:
    small_book.chapter("a", claim="1 == 2")
    small_book.chapter("b", options="--fails test_passes")
    with pytest.raises(BookFailed) as failed:
        small_book.run()
    first, second = failed.value.failures
    assert "book/a.md, the cell at line" in str(first)
    assert "def test_other" in str(first)
    assert "assert (1 == 2" in first.report or "assert 1 == 2" in first.report
    assert "test_passes should fail, and it passed" in second.report


def test_what_failed_is_tried_again_the_next_time(small_book: SmallBook) -> None:
    small_book.chapter("a", claim="1 == 2")
    for _ in range(2):
        with pytest.raises(BookFailed):
            small_book.run()
    small_book.chapter("a", claim="1")
    assert small_book.run_again() == ["a"]


def test_a_cell_that_stands_still_is_the_one_that_is_named(
    small_book: SmallBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nomocks.authoring.execution.SECONDS_A_CELL", 3)
    still = "\n```{code-cell} python3\nimport time; time.sleep(60)\n```\n"
    text = (small_book.root / "book/a.md").read_text("utf-8")
    small_book.write("book/a.md", text + still)
    with pytest.raises(BookFailed) as failed:
        small_book.run()
    (failure,) = failed.value.failures
    assert failure.source == "import time; time.sleep(60)"
    assert "3 seconds" in failure.report


async def test_a_kernel_that_dies_at_its_start_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = new_notebook(cells=[new_code_cell("print(6 * 7)")])
    client = NotebookClient(notebook, kernel_name="python3")
    start = client.async_start_new_kernel
    starts = []

    async def die_first(**options: object) -> None:
        starts.append(options)
        await start(**options)
        if len(starts) == 1:
            await client.km.shutdown_kernel(now=True)

    monkeypatch.setattr(client, "async_start_new_kernel", die_first)
    await execution._execute_cells(client)
    assert len(starts) == 2
    assert notebook.cells[0].outputs[0].text == "42\n"


@pytest.mark.parametrize("folder", ["/some/where/src/", "../src/", "../../main/src/"])
def test_the_shop_is_named_without_the_folder_that_it_is_in(folder: str) -> None:
    output = new_output("stream", text=f"{folder}shop/api/app.py:7: in get\n")
    execution.scrub([output])
    assert output.text == "shop/api/app.py:7: in get\n"
