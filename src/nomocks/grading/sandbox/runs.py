"""How a zygote within walls forks a run that is shut in further."""

import os
import struct

from nomocks.grading.sandbox import calls, namespaces
from nomocks.grading.sandbox.confinement import confine

PROCESS_ID = struct.Struct("!i")


def fork_confined() -> int:
    """Fork a process that is the first of namespaces of its own, and shut in there.

    Returns its id, and 0 in it, as ``os.fork`` does. Raises OSError when the kernel lets no
    process shut itself in. Only a process whose namespaces it has changed can fork it, so there
    is one between the two, which ends at once.
    """
    calls.prepared()
    (numbers, tell_number), (signs, give_sign) = os.pipe(), os.pipe()
    between = os.fork()
    if between == 0:
        try:
            namespaces.unshare_user()
            run = os.fork()
            if run:
                os.write(tell_number, PROCESS_ID.pack(run))
                os._exit(0)
            confine()
            os.write(give_sign, b".")
        except BaseException:
            os._exit(1)
        for descriptor in (numbers, tell_number, signs, give_sign):
            os.close(descriptor)
        return 0
    os.close(tell_number)
    os.close(give_sign)
    with os.fdopen(numbers, "rb") as number, os.fdopen(signs, "rb") as sign:
        told, confined = number.read(PROCESS_ID.size), sign.read(1)
    os.waitpid(between, 0)
    if not told:
        raise OSError("no process can have namespaces of its own here")
    (run,) = PROCESS_ID.unpack(told)
    if not confined:
        os.waitpid(run, 0)
        raise OSError("a process could not shut itself in")
    return int(run)
