"""The payment provider, reached over HTTP."""

from decimal import Decimal
from functools import cache

import httpx

from shop.errors import Declined, ProviderDown

LIMIT = 10.0  # seconds to wait for an answer
certificates = cache(httpx.create_ssl_context)  # reading them takes longer than a request


def client_of(url: str) -> httpx.AsyncClient:
    """An HTTP client for the provider at this URL; a context manager that closes it."""
    return httpx.AsyncClient(base_url=url, timeout=LIMIT, verify=certificates())


class PaymentProvider:
    """Charges customers and gives back, through a client whose base URL is the provider's."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def charge(self, *, amount: Decimal, idempotency_key: str) -> str:
        """The provider's reference of a charge; the same key is charged once.

        Raises Declined when it is refused, and ProviderDown when any other answer, or none, comes:
        whether it was charged is not known then, and asking again with the same key is safe.
        """
        return await self._ask("/charges", amount, idempotency_key)

    async def refund(self, *, charge: str, amount: Decimal, idempotency_key: str) -> str:
        """The provider's reference of money given back from a charge; the same key gives once.

        Raises as `charge` does.
        """
        return await self._ask("/refunds", amount, idempotency_key, charge=charge)

    async def _ask(self, path: str, amount: Decimal, idempotency_key: str, **more: str) -> str:
        asked = {"amount": f"{amount:.2f}", "idempotency_key": idempotency_key, **more}
        try:
            response = await self._client.post(path, json=asked)
        except httpx.RequestError as error:
            raise ProviderDown("The payment provider can't be reached: try again later.") from error
        if response.status_code == httpx.codes.PAYMENT_REQUIRED:
            raise Declined("The payment was declined.")
        try:
            match response.status_code, response.json():
                case httpx.codes.CREATED, {"reference": str(reference)}:
                    return reference
        except ValueError:
            pass  # no JSON at all
        raise ProviderDown(
            f"The payment provider answered {response.status_code}, which tells nothing: try again."
        )
