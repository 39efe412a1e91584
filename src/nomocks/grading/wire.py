"""Messages to and from a process that is not trusted: of bounded length, and within bounded time.

The other end is a ``multiprocessing.connection.Connection``, whose framing this is: a length of
four bytes, then as many bytes.
"""

import socket
import struct
import time

LONGEST = 64 * 1024  # bytes of a message that is believed
LENGTH = struct.Struct("!i")


class Wire:
    """One end of a pair of sockets."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end

    def send(self, message: bytes) -> None:
        """Send a message. Raises OSError when nobody reads it."""
        self._socket.settimeout(10)
        self._socket.sendall(LENGTH.pack(len(message)) + message)

    def receive(self, seconds: float) -> bytes:
        """The next message. Raises TimeoutError, or OSError, EOFError or ValueError if none comes.

        Whoever sends a part of one and then waits is as late as one who sends nothing.
        """
        until = time.monotonic() + seconds
        (length,) = LENGTH.unpack(self._exactly(LENGTH.size, until))
        if not 0 <= length <= LONGEST:
            raise ValueError(f"a message of {length} bytes")
        return self._exactly(length, until)

    def close(self) -> None:
        """Close it; it may be closed already."""
        self._socket.close()

    @property
    def closed(self) -> bool:
        """Whether it was closed here."""
        return self._socket.fileno() == -1

    def _exactly(self, size: int, until: float) -> bytes:
        read = bytearray()
        while len(read) < size:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
            piece = self._socket.recv(size - len(read))
            if not piece:
                raise EOFError
            read += piece
        return bytes(read)
