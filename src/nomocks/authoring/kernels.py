"""Kernels that start in milliseconds, forked from one process that has imported everything."""

import os
from multiprocessing.context import ForkServerProcess
from typing import Any

from ipykernel.kernelapp import IPKernelApp
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from nomocks.authoring.forking import FORKSERVER, warm_up

# Where these are set, pytest tells every difference in full: a page is the same there as elsewhere.
ABRIDGING = ("CI", "BUILD_NUMBER")


class ForkedKernel(LocalProvisioner):
    """Starts an ordinary ipykernel by fork; all else is as for a kernel with a process of its own.

    Registered as the provisioner ``nomocks-forked``.
    """

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        arguments = cmd[cmd.index("-f") :]  # without the interpreter and the module it would run
        warm_up()
        process = FORKSERVER.Process(
            target=_run_kernel, args=(arguments, kwargs.get("cwd"), kwargs["env"])
        )
        process.start()
        self.process = _Process(process)  # type: ignore[assignment]  # as much of one as is asked
        self.pid = process.pid
        return self.connection_info


class _Process:
    """What a provisioner asks of a ``subprocess.Popen``, for a forked process."""

    stdin = stdout = stderr = None

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self) -> int | None:
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self._process.pid is not None and self.poll() is None:
            os.kill(self._process.pid, number)

    def kill(self) -> None:
        self._process.kill()

    def terminate(self) -> None:
        self._process.terminate()


def _run_kernel(arguments: list[str], cwd: str | None, env: dict[str, str]) -> None:
    os.environ.update(env)
    for name in ABRIDGING:
        os.environ.pop(name, None)
    if cwd:
        os.chdir(cwd)
    ours = [
        f"--IPKernelApp.parent_handle={os.getppid()}",  # it ends with the fork server
        "--log-level=CRITICAL",  # else it warns of loopback, and of its end
    ]
    IPKernelApp.launch_instance(argv=[*arguments, *ours])
