"""Talking to the payment provider over HTTP."""

import json
from decimal import Decimal

import httpx
import pytest

from shop.errors import Declined, ProviderDown
from shop.provider import PaymentProvider


async def charge(answer, amount="12.50", base_url="https://payments.test"):
    """Charge through a client whose requests are given to ``answer``."""
    transport = httpx.MockTransport(answer)
    async with httpx.AsyncClient(transport=transport, base_url=base_url) as client:
        return await PaymentProvider(client).charge(
            amount=Decimal(amount), idempotency_key="payment-7"
        )


@pytest.mark.parametrize(
    ("amount", "sent"), [("12.50", "12.50"), ("12.5", "12.50"), ("3", "3.00"), ("1E+2", "100.00")]
)
@pytest.mark.parametrize("base_url", ["https://payments.test", "https://payments.test/v1/"])
async def test_the_provider_is_told_the_amount_and_the_key(amount, sent, base_url):
    requests = []

    def answer(request):
        requests.append(request)
        return httpx.Response(201, json={"reference": "ref-1"})

    assert await charge(answer, amount, base_url) == "ref-1"
    [request] = requests
    assert (request.method, str(request.url)) == ("POST", f"{base_url.rstrip('/')}/charges")
    assert json.loads(request.content) == {"amount": sent, "idempotency_key": "payment-7"}


async def test_a_refused_charge_is_declined():
    with pytest.raises(Declined):
        await charge(lambda _: httpx.Response(402))


async def test_a_refund_names_the_charge_that_it_is_for():
    requests = []

    def answer(request):
        requests.append(request)
        return httpx.Response(201, json={"reference": "back-1"})

    transport = httpx.MockTransport(answer)
    async with httpx.AsyncClient(transport=transport, base_url="https://payments.test") as client:
        provider = PaymentProvider(client)
        told = await provider.refund(charge="ref-1", amount=Decimal(3), idempotency_key="refund-7")
    assert (told, requests[0].url.path) == ("back-1", "/refunds")
    assert json.loads(requests[0].content) == {
        "amount": "3.00",
        "idempotency_key": "refund-7",
        "charge": "ref-1",
    }


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(500),
        httpx.Response(503),
        httpx.Response(400),
        httpx.Response(200, json={"reference": "ref-1"}),
        httpx.Response(201, text="<html>"),
        httpx.Response(201, json={}),
        httpx.Response(201, json=[]),
        httpx.Response(201, json={"reference": None}),
    ],
    ids=["500", "503", "400", "200", "no JSON", "no reference", "a list", "null"],
)
async def test_any_other_answer_leaves_open_whether_it_was_charged(response):
    with pytest.raises(ProviderDown):
        await charge(lambda _: response)


@pytest.mark.parametrize(
    "error", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.DecodingError]
)
async def test_no_answer_leaves_open_whether_it_was_charged(error):
    def fail(_):
        raise error("gone")

    with pytest.raises(ProviderDown):
        await charge(fail)
