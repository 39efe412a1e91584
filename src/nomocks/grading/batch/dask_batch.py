"""A batch on a Dask cluster.

The cluster is trusted. What its workers send is what our own code there has made of what it saw;
nothing that a student's process has written is unpickled, there or here.
"""

import contextlib
import logging
from collections.abc import Iterator
from typing import Self

from distributed import Client
from distributed.comm.addressing import parse_address
from distributed.security import Security

from nomocks.grading.batch.cluster import Cluster, Order
from nomocks.grading.batch.errors import BatchError
from nomocks.grading.batch.plan import Job
from nomocks.grading.batch.running import Keep, feed
from nomocks.grading.inert import one_line

CONNECTING = 10  # seconds
SCHEMES = ("tcp", "tls")
OPEN = (
    "The Dask cluster is not closed by TLS, so whoever reaches it can run code on its machines: "
    "appendix C tells how to close it."
)
QUIET = ("distributed", "distributed.client")  # what they log is said in a sentence of ours


class DaskBatch:
    """A context manager; within it, the workers of a cluster are ready for one batch."""

    def __init__(self, order: Order) -> None:
        self._order = order

    def __enter__(self) -> Self:
        """Raises BatchError when there is no scheduler, or no worker that is fit for it."""
        with contextlib.ExitStack() as stack:
            client = stack.enter_context(_connected(self._order.address))
            if _is_open(self._order.address):
                self._order.tell(OPEN)
            self._cluster = Cluster(client, self._order)
            stack.callback(self._cluster.dismiss)
            self._cluster.require()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def run(self, jobs: Iterator[Job], keep: Keep) -> None:
        """See `running.Batch`. A job that a worker has not ended when it went is done again."""
        feed(self._cluster, jobs, keep, self._order.stop)


@contextlib.contextmanager
def _connected(address: str) -> Iterator[Client]:
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    security = _security(address)
    try:
        client = Client(address, security=security, timeout=CONNECTING, set_as_default=False)
    except OSError as error:
        said = one_line(str(error) or repr(error))
        raise BatchError(
            f"There is no Dask scheduler at {address} ({said}): start it with `dask scheduler`, "
            "and give the address that it prints."
        ) from None
    with client:
        yield client


def _security(address: str) -> Security:
    """What Dask's own settings say of certificates; looked at before there is a client to end."""
    scheme, host = parse_address(address)
    if scheme not in SCHEMES or not host:
        raise BatchError(
            f"{address!r} is no address of a Dask scheduler: give the one that `dask scheduler` "
            "prints, as in tls://grader.example.org:8786."
        )
    try:
        security = Security()
        context = security.get_connection_args("client").get("ssl_context")
    except OSError as error:
        raise BatchError(f"The certificates for Dask can't be read: {error}.") from None
    if scheme == "tls" and context is None:
        raise BatchError(
            f"{address} wants certificates: set DASK_DISTRIBUTED__COMM__TLS__CA_FILE, and "
            "DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT and __KEY, to their files."
        )
    return security


def _is_open(address: str) -> bool:
    """Whether others than this machine may reach it, without a certificate."""
    scheme, place = parse_address(address)
    host = place.rpartition(":")[0] or place
    return scheme == "tcp" and not host.startswith(("127.", "localhost", "[::1]"))
