"""Import this first in a process that is forked from: an interrupt is meant for its children."""

import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
