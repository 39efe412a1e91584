"""A line that names the encoding of the cell: the grader reads one text, Python another."""

from tests.attacks.conftest import Attack

CELL = """\
# coding: utf-7
def test_read():
    pass

'''+ACcAJwAn-
def test_hidden():
    assert False
+ACcAJwAn-'''
"""


def test_only_what_the_grader_read_is_a_test(attack: Attack) -> None:
    assert "test_hidden" not in {test.name for test in attack(CELL).tests}
