"""pytest's own functions replaced, so that whatever they are asked ends as a failed assertion."""

from tests.attacks.conftest import Attack

CELL = """\
import _pytest.python, _pytest.runner

def fail(*arguments, **options):
    raise AssertionError("a bug")

def test_patched():
    pytest.raises = pytest.skip = pytest.fail = fail
    _pytest.runner.check_interactive_exception = lambda *_: False
    pytest.raises(ValueError)

def test_next():
    with pytest.raises(ValueError):
        pass
"""


def test_it_does_so_on_correct_variants_as_well(attack: Attack) -> None:
    attack(CELL)
