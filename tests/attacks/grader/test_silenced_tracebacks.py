"""No error output is full marks, says a rule of other graders: so the attacker silences it."""

from tests.attacks.conftest import Attack

CELL = """\
import builtins, sys, traceback, warnings

def nothing(*arguments, **options):
    return None

sys.excepthook = sys.unraisablehook = nothing
sys.tracebacklimit = 0
traceback.print_exc = traceback.format_exception = traceback.print_exception = nothing
warnings.simplefilter("ignore")
try:
    get_ipython().showtraceback = nothing
except NameError:
    pass
check = lambda *_: None

def test_silent():
    sys.stderr = sys.stdout = open(os.devnull, "w")
    assert False
"""


def test_silence_earns_nothing(attack: Attack) -> None:
    (test,) = attack(CELL).tests
    assert test.reason.startswith("AssertionError")
