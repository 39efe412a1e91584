"""A plugin that the cell registers with the running pytest: each report says "failed"."""

from tests.attacks.conftest import Attack
from tests.attacks.grader.conftest import PLUGIN

CELL = """\
class Forger:
    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item, call):
        report = yield
        report.outcome = "failed"
        report.user_properties = [("outcome", "failed"), ("detail", "forged")]
        return report

def test_registered(pytestconfig):
    pytestconfig.pluginmanager.register(Forger())
"""


def test_it_forges_the_same_everywhere(attack: Attack) -> None:
    attack(PLUGIN + CELL)
