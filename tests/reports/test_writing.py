"""Reports of a class: a file a student or a file a class, streamed, under safe names."""

import threading
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nomocks.grading import reports
from nomocks.grading.graded import Graded
from nomocks.grading.inert import file_name
from nomocks.grading.reports import ReportError, formats, write
from nomocks.grading.reveal import Reveal

PER_STUDENT = ["classroom50", "gradescope", "junit", "markdown"]
OF_THE_CLASS = ["canvas", "moodle", "table"]


def test_each_format_has_a_file_a_student_or_one_a_class(
    small_class: list[Graded], tmp_path: Path
) -> None:
    written = write(small_class, tmp_path, [*PER_STUDENT, *OF_THE_CLASS], Reveal.HINT)
    assert sorted(written) == sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert len(written) == len(PER_STUDENT) * len(small_class) + len(OF_THE_CLASS)
    assert all(path.stat().st_size for path in written)
    assert {path.parent for path in written} == {tmp_path, tmp_path / "students"}


def test_all_formats_are_listed() -> None:
    assert {*PER_STUDENT, *OF_THE_CLASS} <= set(formats())


def test_a_format_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"There is no format 'pdf': choose from canvas,"):
        write([], tmp_path, ["pdf"], Reveal.HINT)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["..", "__init__", "os", "nomocks.cli", ""])
def test_no_other_module_is_taken_for_a_format(name: str, tmp_path: Path) -> None:
    with pytest.raises(ReportError):
        write([], tmp_path, [name], Reveal.HINT)


@pytest.fixture
def own_formats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which a module is a format, too."""
    folder = tmp_path / "formats"
    folder.mkdir()
    monkeypatch.setattr(reports, "__path__", [*reports.__path__, str(folder)])
    return folder


def test_a_new_format_is_a_new_file_and_nothing_else(
    own_formats: Path, small_class: list[Graded], tmp_path: Path
) -> None:
    (own_formats / "names.py").write_text(
        "FILE = 'names.txt'\n"
        "def render(graded, reveal):\n"
        "    return ' '.join(one.student[:3] for one in graded)\n"
    )
    (path,) = write(small_class[:3], tmp_path / "out", ["names"], Reveal.HINT)
    assert path.read_text() == "ann bob cas"


@pytest.mark.parametrize("reading", ["", "next(iter(graded)); "])
def test_a_format_that_fails_says_so_and_nothing_hangs(
    own_formats: Path, small_class: list[Graded], tmp_path: Path, reading: str
) -> None:
    (own_formats / f"broken{len(reading)}.py").write_text(
        f"FILE = 'broken.txt'\ndef render(graded, reveal):\n    {reading}raise ZeroDivisionError\n"
    )
    with pytest.raises(ZeroDivisionError):
        write(small_class * 20, tmp_path / "out", [f"broken{len(reading)}", "table"], Reveal.HINT)
    assert not list((tmp_path / "out").glob("*broken*"))
    assert not _readers()


def test_a_source_that_fails_leaves_no_file_with_half_a_class(
    small_class: list[Graded], tmp_path: Path
) -> None:
    def half() -> Iterator[Graded]:
        yield small_class[0]
        raise OSError("the store is gone")

    with pytest.raises(OSError, match="the store is gone"):
        write(half(), tmp_path, [*OF_THE_CLASS], Reveal.HINT)
    assert not list(tmp_path.iterdir())
    assert not _readers()


def test_a_large_class_is_never_in_memory_at_once(
    by_sort: dict[str, Graded], tmp_path: Path
) -> None:
    alive: weakref.WeakSet[Graded] = weakref.WeakSet()
    most = 0

    def many() -> Iterator[Graded]:
        nonlocal most
        for number in range(3_000):
            # Each has its own identity, so that the set counts students and not what they got.
            one = _Counted(f"student-{number}", by_sort["partial"].checked)
            alive.add(one)
            most = max(most, len(alive))
            yield one

    write(many(), tmp_path, OF_THE_CLASS, Reveal.HINT)
    assert len((tmp_path / "table.csv").read_text().splitlines()) == 3_001
    assert most < 100


def test_a_student_who_is_graded_twice_has_the_later_report(
    by_sort: dict[str, Graded], tmp_path: Path
) -> None:
    twice = [replace(by_sort[sort], student="ann") for sort in ("partial", "full")]
    write(twice, tmp_path, ["markdown"], Reveal.HINT)
    assert "3 of 3 points" in (tmp_path / "students" / "ann.md").read_text()


ODD = [
    "..",
    ".",
    "",
    " ",
    ".hidden",
    "-rf",
    "../../etc/passwd",
    "a/b",
    "a\\b",
    "a:b",
    "a\x00b",
    "a\nb",
    "CON",
    "nul.txt",
    "Ann",
    "ann ",
    "ann.",
    "Zoë",
    "Zoe",
    "学生",
    "学",
    "\ud800",
    "x" * 5_000,
    "x" * 5_001,
    "ann-0123456789abcdef",
    "$(reboot)",
    "'; rm -rf ~; '",
]


def test_file_names_are_safe_and_differ_as_the_students_do() -> None:
    names = {student: file_name(student) for student in [*ODD, "ann", "zoe", "x"]}
    assert len({name.casefold() for name in names.values()}) == len(names)
    for name in names.values():
        assert name.isascii()
        assert 0 < len(name) <= 80
        assert name[0] not in ".-"
        assert name[-1] not in ". "
        assert not set(name) & set("/\\:*?\"'<>|$;\x00\n ")


@pytest.mark.parametrize("student", ["ann", "ann.lee", "ann@example.org", "s_0042", "a+b", "4711"])
def test_an_ordinary_id_is_the_file_name(student: str) -> None:
    assert file_name(student) == student


def test_nobody_can_choose_a_name_whose_file_is_another_students() -> None:
    target = file_name("Ann")
    assert file_name(target) != target


class _Counted(Graded):
    __hash__ = object.__hash__


def _readers() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name.startswith("ThreadPoolExecutor")]
