"""``assert`` itself changed, by pytest's rewriting and by the import system."""

from tests.attacks.conftest import Attack

CELL = """\
import builtins, sys
import _pytest.assertion.rewrite as rewrite

class Failed(AssertionError):
    pass

builtins.AssertionError = Failed
rewrite.AssertionRewritingHook.exec_module = lambda *_: None
sys.meta_path.clear()

def test_rewritten():
    assert not "a bug"
"""


def test_it_fails_everywhere(attack: Attack) -> None:
    attack(CELL)
