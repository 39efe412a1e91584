"""``nomocks notebooks``: chapters for JupyterLab, the same to the byte each time."""

import json
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner, Result

from nomocks.authoring.notebooks import plain_markdown
from nomocks.cli import main

CHAPTER = """\
---
file_format: mystnb
kernelspec:
  name: python3
  display_name: Python 3
---

(isolation)=
# Isolation

See [chapter one](01-mocks.md#why), [the plot](plot.svg) and [PostgreSQL](https://postgresql.org).

:::{admonition} Try it
:class: tip
Run **all** cells.
:::

```{code-cell} python3
:tags: [hide-input]
1 + 1
```

```{code-cell} python3
1 + 1
```
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of a course with one chapter and one page that is no notebook."""
    book = tmp_path / "book"
    book.mkdir()
    (book / "04-isolation.md").write_text(CHAPTER)
    (book / "01-mocks.md").write_text(CHAPTER)
    (book / "index.md").write_text("# Welcome\n")
    (tmp_path / "_config.yml").touch()
    (tmp_path / "_toc.yml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def notebooks(*options: str) -> Result:
    return CliRunner().invoke(main, ["notebooks", *options])


def test_every_chapter_becomes_a_valid_notebook_without_outputs(root: Path) -> None:
    assert notebooks().exit_code == 0
    written = sorted(path.name for path in (root / "notebooks").iterdir())
    assert written == ["01-mocks.ipynb", "04-isolation.ipynb"]
    notebook = nbformat.read(root / "notebooks" / written[1], 4)
    nbformat.validate(notebook)
    first, second = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert first.metadata.tags == ["hide-input"]
    assert (first.source, first.outputs) == ("1 + 1", [])
    assert first.id != second.id


def test_links_lead_to_notebooks_and_files_are_found_in_the_book(root: Path) -> None:
    notebooks()
    text = json.loads((root / "notebooks" / "04-isolation.ipynb").read_text())
    prose = "".join(text["cells"][0]["source"])
    assert "[chapter one](01-mocks.ipynb#why)" in prose
    assert "[the plot](../book/plot.svg)" in prose
    assert "[PostgreSQL](https://postgresql.org)" in prose


def test_written_twice_it_is_the_same_to_the_byte(root: Path) -> None:
    notebooks()
    before = (root / "notebooks" / "04-isolation.ipynb").read_bytes()
    (root / "notebooks" / "04-isolation.ipynb").unlink()
    notebooks()
    assert (root / "notebooks" / "04-isolation.ipynb").read_bytes() == before


def test_check_names_what_differs_and_writes_nothing(root: Path) -> None:
    notebooks()
    assert notebooks("--check").exit_code == 0
    (root / "book" / "04-isolation.md").write_text(CHAPTER + "\nMore.\n")
    (root / "notebooks" / "old.ipynb").touch()
    result = notebooks("--check")
    assert "notebooks/04-isolation.ipynb differs: run nomocks notebooks." in result.output
    assert "notebooks/old.ipynb has no source" in result.output
    assert "01-mocks" not in result.output
    assert result.exit_code == 1
    notebooks()
    assert notebooks("--check").exit_code == 0


@pytest.mark.parametrize(
    ("myst", "plain"),
    [
        (":::{note}\nShort.\n:::", "> **Note**\n>\n> Short."),
        (
            "```{admonition} A title\n:class: tip\n\nOne.\n\nTwo.\n```",
            "> **A title**\n>\n> One.\n>\n> Two.",
        ),
        (
            "::::{note}\nOuter.\n:::{tip}\nInner.\n:::\n::::",
            "> **Note**\n>\n> Outer.\n> > **Tip**\n> >\n> > Inner.",
        ),
        ("```{figure} plot.svg\n:name: it\nThe caption.\n```", "![The caption.](../book/plot.svg)"),
        ("```{code-block} python\n:linenos:\nx = 1\n```", "```python\nx = 1\n```"),
        (
            ":::{dropdown} Hint\nLook.\n:::",
            "<details><summary>Hint</summary>\n\nLook.\n\n</details>",
        ),
        ("```{literalinclude} ../src/x.py\n:lines: 1-3\n```", "[../src/x.py](../src/x.py)"),
        ("```python\nx = 1\n```", "```python\nx = 1\n```"),
        ("See {doc}`the first <01-mocks>` now.", "See [the first](01-mocks.ipynb) now."),
        ("A {term}`twin` is fine.", "A `twin` is fine."),
        ("![](../x.png)", "![](../x.png)"),
        ("(label)=\n# Head", "# Head"),
    ],
)
def test_myst_becomes_what_jupyterlab_shows(myst: str, plain: str) -> None:
    assert plain_markdown(myst, {"01-mocks.md"}).startswith(plain)
