"""What became of each attack is what its tests said, and what is published is what was held off."""

from pathlib import Path

import pytest

from benchmarks.attacks import FAILED, FILE, HELD, SKIPPED, Attack, attacks, publish, read_attacks
from benchmarks.runs import ROOT

DEEP = "tests/attacks/notebook/test_deep_json.py"


def told(folder: Path, *cases: str) -> Path:
    path = folder / "attacks.xml"
    path.write_text(f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>")
    return path


def case(inside: str = "", seconds: float = 1, file: str = DEEP) -> str:
    return f'<testcase file="{file}" name="test_a" time="{seconds}">{inside}</testcase>'


def noted(**values: str) -> str:
    each = (f'<property name="{name}" value="{value}"/>' for name, value in values.items())
    return f"<properties>{''.join(each)}</properties>"


def test_the_cases_of_a_file_are_one_attack(tmp_path: Path) -> None:
    (attack,) = attacks(
        told(
            tmp_path,
            case(noted(state="crashed", points="0", neighbor="3 of 3"), 0.5),
            case(noted(state="timed out", points="0", neighbor="3 of 3"), 2),
        )
    )
    assert attack == Attack(
        "JSON that is nested without end is refused, wherever it is.",
        "notebook",
        DEEP,
        cases=2,
        outcome=HELD,
        states=("crashed", "timed out"),
        points=0,
        neighbors=("3 of 3",),
        seconds=2.5,
    )


@pytest.mark.parametrize(
    ("inside", "outcome"),
    [("<failure/>", FAILED), ("<error/>", FAILED), ("<skipped/>", SKIPPED), ("", HELD)],
)
def test_the_worst_case_is_the_outcome(tmp_path: Path, inside: str, outcome: str) -> None:
    (attack,) = attacks(told(tmp_path, case(), case(inside), case()))
    assert attack.outcome == outcome


def test_other_tests_are_no_attacks(tmp_path: Path) -> None:
    assert attacks(told(tmp_path, case(file="tests/test_repository.py"))) == []


def test_of_several_points_the_most_count(tmp_path: Path) -> None:
    (attack,) = attacks(told(tmp_path, case(noted(points="0")), case(noted(points="1"))))
    assert attack.points == 1


def test_what_is_published_is_read_back(tmp_path: Path) -> None:
    path = publish(tmp_path / "new", [DEEP])
    (attack,) = read_attacks(tmp_path / "new")
    assert path.name == FILE
    assert (attack.file, attack.outcome, attack.points) == (DEEP, HELD, None)
    assert attack.cases > 1


def test_attacks_that_can_not_be_tried_are_not_published(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no tests ran"):
        publish(tmp_path, ["tests/attacks/no_such_folder"])
    assert list(tmp_path.iterdir()) == []


def test_rows_of_another_format_are_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('[{"attack": "x"}]')
    with pytest.raises(ValueError, match="holds no list of attacks"):
        read_attacks(tmp_path)


def test_every_published_attack_was_held_off() -> None:
    for one in read_attacks():
        assert one.outcome == HELD, one.attack
        assert not one.points or one.kind == "submission", one.attack  # which may cheat
        assert (ROOT / one.file).is_file(), f"{one.file} is gone: python -m benchmarks attacks"
