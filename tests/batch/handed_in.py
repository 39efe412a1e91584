"""Submissions as they come: notebooks, in trees and in zips."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SLUG = "07-constraints"
Content = str | bytes


def cell(source: Any = "x = 1", grade_id: Any = "users", kind: str = "code") -> dict[str, Any]:
    metadata = {"nbgrader": {"grade_id": grade_id}}
    return {"cell_type": kind, "source": source, "metadata": metadata, "outputs": []}


def notebook(*cells: Any, slug: str | None = SLUG, **metadata: Any) -> str:
    """The text of a notebook; with one cell, unless others are given."""
    named = {"nomocks": {"assignment": slug}} if slug else {}
    return json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": named | metadata,
            "cells": list(cells) or [cell()],
        }
    )


def by(student: str, slug: str | None = SLUG) -> str:
    """A notebook that says in its cell whose it is."""
    return notebook(cell(f"# {student}"), slug=slug)


def tree(folder: Path, files: Mapping[str, Content]) -> Path:
    """A folder with these files, by their paths."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def zipped(path: Path, files: Mapping[str, Content]) -> Path:
    """An archive with these members, whatever their names are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return path
