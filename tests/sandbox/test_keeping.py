"""Everything that a run has started ends with it, and nothing else does."""

import os
import shutil
import subprocess
import sys

import pytest

from nomocks.grading.sandbox import users

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("unshare") is None, reason="needs root and unshare"
)
# In a namespace of processes: were root's killed as well, they would be those in there alone.
PROGRAM = f"""
import os, subprocess, time
from nomocks.grading.sandbox import keeping

neighbor = subprocess.Popen(["sleep", "60"])
line, ours = os.pipe()
ready, tell = os.pipe()
run = os.fork()
if run == 0:
    os.setresuid({users.GROUPS.start}, {users.GROUPS.start}, {users.GROUPS.start})
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
            break
    os.write(tell, b".")
    time.sleep(60)
for _ in range(4):
    os.read(ready, 1)
keeper = os.fork()
if keeper == 0:
    os.close(ours)
    keeping.kill_all_of({users.GROUPS.start})
    assert os.getresuid() == (0, 0, 0)
    os._exit(0)
assert os.waitpid(keeper, 0)[1] == 0
assert os.waitpid(run, 0)[1] == 9
assert neighbor.poll() is None
neighbor.kill()
print("only the run")
"""


def test_a_user_is_killed_with_all_sessions_and_root_is_not() -> None:
    walled = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"]
    done = subprocess.run(
        [*walled, sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "only the run\n", done.stderr
