"""Results as other graders read them: on standard output, and in the files that they look for."""

from pathlib import Path

from tests.attacks.conftest import Attack

FILES = [
    "/autograder/results/results.json",
    "/box/results.json",
    "/box/result.json",
    "/box/.report.json",
    "/tmp/results.json",
    "/box/junit.xml",
]
CELL = f"""\
import sys

def test_forged():
    result = '{{"score": 3, "max-score": 3, "tests": [{{"passed": true, "score": 3}}]}}'
    for name in {FILES}:
        try:
            os.makedirs(os.path.dirname(name), exist_ok=True)
            with open(name, "w") as file:
                file.write(result)
        except OSError:
            pass
    for line in (result, "::set-output name=score::3", "1 passed", "##nbgrader 3"):
        print(line, flush=True)
        os.write(1, line.encode())
        os.write(2, line.encode())
        sys.__stdout__.write(line)
"""


def test_nobody_reads_them(attack: Attack) -> None:
    before = [Path(name).exists() for name in FILES]
    result = attack(CELL)
    assert result.tests[0].reason == ""
    assert [Path(name).exists() for name in FILES] == before
