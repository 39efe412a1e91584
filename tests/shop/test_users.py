"""Registering, logging in, and being shut out."""

import pytest
from pwdlib import PasswordHash
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from shop import passwords
from shop.errors import EmailTaken, NotFound
from shop.models import Role, User


async def test_an_address_is_kept_stripped_and_in_lower_case(session, shop):
    user = await shop.users.register(session, email="  Ada@Example.ORG ", name="Ada")
    assert user.email == "ada@example.org"
    assert await session.scalar(select(User.email).where(User.id == user.id)) == "ada@example.org"


async def test_a_new_user_is_an_active_customer(session, shop):
    user = await shop.users.register(session, email="ada@example.org", name="Ada")
    assert (user.name, user.role, user.active) == ("Ada", Role.CUSTOMER, True)
    assert user.suspended_at is None
    assert user.password_hash is None
    assert user.created_at is not None


async def test_a_user_can_be_registered_as_an_administrator(session, shop):
    user = await shop.users.register(
        session, email="root@example.org", name="Root", role=Role.ADMIN
    )
    assert user.role is Role.ADMIN


@pytest.mark.usefixtures("customer")
async def test_an_address_registers_once_in_whatever_case(session, shop):
    with pytest.raises(EmailTaken, match="ada@example"):
        await shop.users.register(session, email="ADA@example.org", name="Another")


async def test_the_session_is_usable_after_a_refused_registration(session, shop, customer):
    with pytest.raises(EmailTaken):
        await shop.users.register(session, email=customer.email, name="Another")
    assert customer.name == "Ada"
    await shop.users.register(session, email="bob@example.org", name="Bob")
    assert await session.scalar(select(func.count()).select_from(User)) == 2


async def test_the_session_is_usable_after_a_name_too_long_for_its_column(session, shop, customer):
    with pytest.raises(DBAPIError, match="too long"):
        await shop.users.register(session, email="bob@example.org", name="B" * 101)
    assert await session.scalar(select(User.name)) == customer.name


async def test_the_password_itself_is_not_stored(session, shop):
    user = await shop.users.register(
        session, email="ada@example.org", name="Ada", password="correct horse"
    )
    assert user.password_hash.startswith("$argon2")
    assert "correct horse" not in user.password_hash


@pytest.fixture
async def ada(session, shop):
    return await shop.users.register(
        session, email="ada@example.org", name="Ada", password="correct horse"
    )


@pytest.mark.parametrize("email", ["ada@example.org", " ADA@example.org "])
async def test_the_right_password_logs_in(session, shop, ada, email):
    assert await shop.users.authenticate(session, email, "correct horse") is ada


@pytest.mark.parametrize("password", ["wrong", "", "Correct horse"])
async def test_a_wrong_password_does_not_log_in(session, shop, ada, password):
    assert await shop.users.authenticate(session, ada.email, password) is None


@pytest.mark.usefixtures("ada")
async def test_an_unknown_address_does_not_log_in(session, shop):
    assert await shop.users.authenticate(session, "bob@example.org", "correct horse") is None


async def test_a_user_without_a_password_does_not_log_in(session, shop, customer):
    assert await shop.users.authenticate(session, customer.email, "") is None


async def test_a_suspended_user_does_not_log_in_until_reinstated(session, shop, ada):
    await shop.users.suspend(session, ada.id)
    assert await shop.users.authenticate(session, ada.email, "correct horse") is None
    await shop.users.reinstate(session, ada.id)
    assert await shop.users.authenticate(session, ada.email, "correct horse") is ada


async def test_an_inactive_user_does_not_log_in(session, shop, ada):
    ada.active = False
    await session.flush()
    assert await shop.users.authenticate(session, ada.email, "correct horse") is None


class CountingHash(PasswordHash):
    """Counts how often a password was compared with a hash."""

    compared = 0

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:
        self.compared += 1
        return super().verify(password, hash)


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("email", ["ada@example.org", "bob@example.org", "carl@example.org"])
async def test_whoever_logs_in_a_password_is_compared(session, shop, monkeypatch, email):
    await shop.users.register(session, email="bob@example.org", name="Bob, without a password")
    counting = CountingHash(passwords.hasher.hashers)
    monkeypatch.setattr(passwords, "hasher", counting)
    await shop.users.authenticate(session, email, "correct horse")
    assert counting.compared == 1


async def test_a_user_is_found_by_id(session, shop, customer):
    assert await shop.users.get_user(session, customer.id) is customer
    assert await shop.users.get_user(session, customer.id + 1) is None


async def test_a_second_suspension_keeps_the_time_of_the_first(session, shop, customer):
    suspended = await shop.users.suspend(session, customer.id)
    assert suspended is customer
    first = suspended.suspended_at
    assert first is not None
    assert (await shop.users.suspend(session, customer.id)).suspended_at == first
    stored = await session.scalar(select(User.suspended_at).where(User.id == customer.id))
    assert stored == first


async def test_the_earlier_suspension_of_another_day_is_kept(session, shop, customer):
    day = await session.scalar(select(func.now() - func.make_interval(0, 0, 0, 1)))
    customer.suspended_at = day
    await session.flush()
    assert (await shop.users.suspend(session, customer.id)).suspended_at == day


async def test_reinstating_forgets_the_suspension(session, shop, customer):
    await shop.users.suspend(session, customer.id)
    assert (await shop.users.reinstate(session, customer.id)).suspended_at is None
    stored = await session.scalar(select(User.suspended_at).where(User.id == customer.id))
    assert stored is None


async def test_only_the_one_user_is_suspended_and_reinstated(session, shop, customer):
    other = await shop.users.register(session, email="bob@example.org", name="Bob")
    await shop.users.suspend(session, customer.id)
    assert await session.scalar(select(User.suspended_at).where(User.id == other.id)) is None
    await shop.users.suspend(session, other.id)
    await shop.users.reinstate(session, customer.id)
    assert await session.scalar(select(User.suspended_at).where(User.id == other.id)) is not None


@pytest.mark.parametrize("change", ["suspend", "reinstate"])
async def test_a_user_who_does_not_exist_can_not_be_changed(session, shop, change):
    with pytest.raises(NotFound, match="user 12345"):
        await getattr(shop.users, change)(session, 12345)


@pytest.fixture
async def five_users(session):
    users = [
        User(
            email=f"user{number}@example.org",
            name=f"User {number}",
            role=Role.ADMIN if number == 3 else Role.CUSTOMER,
            active=number != 5,
        )
        for number in (1, 2, 3, 4, 5)
    ]
    for user in users:
        session.add(user)
        await session.flush()
    return users


async def test_users_are_listed_in_order_of_id_with_their_number(session, shop, five_users):
    page = await shop.users.list_users(session)
    assert page.items == tuple(five_users)
    assert page.total == 5


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"role": Role.ADMIN}, [3]),
        ({"role": Role.CUSTOMER}, [1, 2, 4, 5]),
        ({"active": True}, [1, 2, 3, 4]),
        ({"active": False}, [5]),
        ({"role": Role.ADMIN, "active": False}, []),
    ],
)
async def test_users_are_filtered(session, shop, five_users, filters, expected):
    page = await shop.users.list_users(session, **filters)
    assert page.items == tuple(five_users[number - 1] for number in expected)
    assert page.total == len(expected)


@pytest.mark.parametrize(("offset", "expected"), [(0, [1, 2]), (2, [3, 4]), (4, [5]), (6, [])])
async def test_a_page_of_users_tells_how_many_there_are_in_all(
    session, shop, five_users, offset, expected
):
    page = await shop.users.list_users(session, limit=2, offset=offset)
    assert page.items == tuple(five_users[number - 1] for number in expected)
    assert page.total == 5
