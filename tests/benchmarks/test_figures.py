"""A figure is made of measured values, and every published one can be read back."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import BENCHMARKS, TABLE, main
from benchmarks.figures import RESULTS, figure, read, show, write

POSTGRES = "PostgreSQL 18.0 (from a test)"


def test_a_figure_has_the_median_of_the_ratios_of_the_rounds() -> None:
    made = figure("ours", "s", [1.0, 2.0, 9.0], POSTGRES, ("theirs", [2.0, 8.0, 3.0]))
    assert (made.median, made.min, made.max, made.runs) == (2.0, 1.0, 9.0, 3)
    assert (made.against, made.ratio) == ("theirs", 0.5)


def test_a_figure_without_an_alternative_has_no_ratio() -> None:
    made = figure("alone", "s", [1.23456], POSTGRES)
    assert (made.median, made.against, made.ratio) == (1.23, None, None)


def test_a_figure_says_where_it_was_measured() -> None:
    made = figure("alone", "s", [1.0], POSTGRES)
    assert made.versions["postgresql"] == POSTGRES
    assert {"python", "sqlalchemy", "asyncpg", "pytest", "sqlite"} <= made.versions.keys()
    assert {"cores", "system", "architecture"} == made.machine.keys()


def test_rounds_without_a_partner_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        figure("ours", "s", [1.0, 2.0], POSTGRES, ("theirs", [2.0]))


def test_what_was_not_measured_is_no_figure() -> None:
    with pytest.raises(ValueError, match="ours was not measured"):
        figure("ours", "s", [], POSTGRES)


def test_figures_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    figures = [
        figure("ours", "s", [1.0], POSTGRES, ("theirs", [2.0])),
        figure("theirs", "s", [2.0], POSTGRES),
    ]
    write("topic", figures, tmp_path / "new")
    assert list(read("topic", tmp_path / "new").values()) == figures


def test_two_figures_of_one_name_are_refused(tmp_path: Path) -> None:
    write("topic", [figure("same", "s", [1.0], POSTGRES)] * 2, tmp_path)
    with pytest.raises(ValueError, match="two figures named 'same'"):
        read("topic", tmp_path)


@pytest.mark.parametrize("fields", ["name", "name unit median extra"])
def test_a_row_of_another_format_is_refused(tmp_path: Path, fields: str) -> None:
    (tmp_path / "topic.json").write_text(json.dumps([dict.fromkeys(fields.split(), "x")]), "utf-8")
    with pytest.raises(ValueError, match=r"topic\.json holds no list of figures"):
        read("topic", tmp_path)


def test_the_table_shows_each_figure(capsys: pytest.CaptureFixture[str]) -> None:
    show("topic", [figure("ours", "s", [1.5], POSTGRES, ("theirs", [3.0]))])
    printed = capsys.readouterr().out
    for part in ("topic", "ours", "theirs", "1.5", "0.5"):
        assert part in printed


def test_every_benchmark_has_published_its_figures() -> None:
    assert {path.stem for path in RESULTS.glob("*.json")} == {*BENCHMARKS, TABLE}


@pytest.mark.parametrize("topic", BENCHMARKS)
def test_published_figures_hold_together(topic: str) -> None:
    figures = read(topic)
    assert figures
    for each in figures.values():
        assert 0 < each.min <= each.median <= each.max, each.name
        assert each.runs >= 1
        assert each.unit
        assert (each.against is None) == (each.ratio is None)
        assert each.against is None or each.against in figures
        assert each.versions["postgresql"].startswith(("PostgreSQL", "postgres:"))


def test_the_command_measures_as_often_as_it_is_told(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["cells", "--rounds", "1", "--into", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert {each.runs for each in read("cells", tmp_path).values()} == {1}


def test_the_command_names_the_benchmarks_there_are() -> None:
    done = CliRunner().invoke(main, ["speed"])
    assert done.exit_code == 2
    assert all(name in done.output for name in (*BENCHMARKS, TABLE))
