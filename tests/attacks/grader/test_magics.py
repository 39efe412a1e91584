"""IPython's own lines: ``!cmd``, ``%run``, ``%env``. Who runs notebooks would obey them."""

from tests.attacks.conftest import Attack

CELL = """\
%env NOMOCKS_TEST_TIMEOUT=100000
%run /box/forged.py
!touch /tmp/forged-by-a-magic
%reload_ext forged

def test_nothing():
    assert os.environ.get("NOMOCKS_TEST_TIMEOUT") is None
    assert not os.path.exists("/tmp/forged-by-a-magic")
"""


def test_they_are_left_out(attack: Attack) -> None:
    assert attack(CELL).tests[0].reason == ""
