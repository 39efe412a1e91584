"""Sending the messages of the outbox, by one worker and by two."""

import asyncio

import pytest
from sqlalchemy import func, select

from shop.models import OutboxMessage


@pytest.fixture
async def sessions(own_database):
    """Those of a database with five messages, of which the second was sent before."""
    async with own_database.sessions.begin() as session:
        for number in range(1, 6):
            sent = func.now() if number == 2 else None
            session.add(OutboxMessage(topic="test", payload={"number": number}, sent_at=sent))
            await session.flush()
    return own_database.sessions


class Receiver:
    """Remembers what was delivered; refuses the numbers that it is told to."""

    def __init__(self, *refused: int) -> None:
        self.refused = refused
        self.numbers: list[int] = []

    async def __call__(self, message: OutboxMessage) -> None:
        number = message.payload["number"]
        if number in self.refused:
            raise ConnectionError(f"no line for {number}")
        self.numbers.append(number)


async def messages_in(sessions):
    async with sessions() as session:
        return (await session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))).all()


async def test_unsent_messages_are_delivered_once_in_order_of_id(sessions, shop):
    receiver = Receiver()
    assert await shop.outbox.send_batch(sessions, receiver) == 4
    assert receiver.numbers == [1, 3, 4, 5]
    assert await shop.outbox.send_batch(sessions, receiver) == 0
    assert receiver.numbers == [1, 3, 4, 5]
    assert all(message.sent_at for message in await messages_in(sessions))


async def test_a_message_that_was_sent_before_is_left_alone(sessions, shop):
    before = (await messages_in(sessions))[1].sent_at
    await shop.outbox.send_batch(sessions, Receiver())
    message = (await messages_in(sessions))[1]
    assert (message.sent_at, message.attempts) == (before, 0)


async def test_the_limit_is_the_size_of_a_batch(sessions, shop):
    receiver = Receiver()
    assert await shop.outbox.send_batch(sessions, receiver, limit=3) == 3
    assert receiver.numbers == [1, 3, 4]
    assert await shop.outbox.send_batch(sessions, receiver, limit=3) == 1


async def test_a_batch_holds_ten_messages_unless_told_otherwise(sessions, shop):
    async with sessions.begin() as session:
        session.add_all(
            OutboxMessage(topic="test", payload={"number": number}) for number in range(6, 13)
        )
    assert await shop.outbox.send_batch(sessions, Receiver()) == 10


async def test_a_receiver_sees_how_often_a_message_was_tried_before(sessions, shop):
    seen = []

    async def refuse(message):
        seen.append(message.attempts)
        raise ConnectionError

    for _ in range(2):
        await shop.outbox.send_batch(sessions, refuse, limit=1)
    assert seen == [0, 1]


async def test_an_empty_outbox_sends_nothing(own_database, shop):
    assert await shop.outbox.send_batch(own_database.sessions, Receiver()) == 0


async def test_a_failed_delivery_is_recorded_on_that_message_alone(sessions, shop):
    receiver = Receiver(3)
    assert await shop.outbox.send_batch(sessions, receiver) == 3
    assert receiver.numbers == [1, 4, 5]
    first, _, third, fourth, _ = await messages_in(sessions)
    assert (third.sent_at, third.attempts) == (None, 1)
    assert third.last_error == "ConnectionError: no line for 3"
    for message in (first, fourth):
        assert message.sent_at is not None
        assert (message.attempts, message.last_error) == (1, None)


async def test_an_error_that_postgresql_can_not_store_stops_no_batch(sessions, shop):
    async def refuse(_message):
        raise ConnectionError("a\0b\ud800")

    assert await shop.outbox.send_batch(sessions, refuse, limit=1) == 0
    first = (await messages_in(sessions))[0]
    assert first.last_error == "ConnectionError: a\\0b\\ud800"


async def test_a_failed_delivery_is_tried_again(sessions, shop):
    for _ in range(2):
        await shop.outbox.send_batch(sessions, Receiver(3, 4))
    _, _, third, fourth, _ = await messages_in(sessions)
    assert (third.attempts, third.last_error) == (2, "ConnectionError: no line for 3")
    assert (fourth.attempts, fourth.last_error) == (2, "ConnectionError: no line for 4")
    receiver = Receiver()
    assert await shop.outbox.send_batch(sessions, receiver) == 2
    assert receiver.numbers == [3, 4]
    third = (await messages_in(sessions))[2]
    assert third.sent_at is not None
    assert third.attempts == 3


async def test_two_workers_at_once_never_take_the_same_message(own_database, sessions, shop):
    busy, done = asyncio.Event(), asyncio.Event()
    first, second = Receiver(), Receiver()

    async def slowly(message):
        busy.set()
        await done.wait()
        await first(message)

    async with asyncio.TaskGroup() as workers:
        slow = workers.create_task(shop.outbox.send_batch(sessions, slowly, limit=2))
        await busy.wait()
        fast = workers.create_task(shop.outbox.send_batch(sessions, second, limit=2))
        await own_database.until_blocked(fast)
        assert fast.done()  # it has not waited for the messages that the first has in hand
        done.set()
    assert (slow.result(), first.numbers) == (2, [1, 3])
    assert (fast.result(), second.numbers) == (2, [4, 5])


async def test_a_worker_that_is_stopped_leaves_its_batch_to_the_next(sessions, shop):
    busy = asyncio.Event()

    async def hang(_):
        busy.set()
        await asyncio.Event().wait()

    worker = asyncio.create_task(shop.outbox.send_batch(sessions, hang))
    await busy.wait()
    worker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await worker
    receiver = Receiver()
    assert await shop.outbox.send_batch(sessions, receiver) == 4
    assert {message.attempts for message in await messages_in(sessions)} == {0, 1}


async def test_a_message_is_sent_only_after_its_order_is_committed(own_database, sessions, shop):
    """A message of a transaction that is still open can't be seen by a worker."""
    async with own_database.sessions() as open_session:
        open_session.add(OutboxMessage(topic="test", payload={"number": 6}))
        await open_session.flush()
        receiver = Receiver()
        await shop.outbox.send_batch(sessions, receiver)
    assert 6 not in receiver.numbers
