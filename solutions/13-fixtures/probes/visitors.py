"""Visits the API as several people at once."""

import answer
import pytest
from answer import *  # noqa: F403
from given import Role, User

from nomocks.testing.factories import UserFactory

WANTED = ("person", "person_client", "boss_client")
TOOLKITS = "The fixture {} is the toolkit's, which does what you write here."

if not hasattr(answer, "auth_client"):

    @pytest.fixture
    def auth_client():
        pytest.fail(TOOLKITS.format("auth_client"))


if not hasattr(answer, "admin_client"):

    @pytest.fixture
    def admin_client():
        pytest.fail(TOOLKITS.format("admin_client"))


@pytest.fixture(autouse=True)
def there():
    missing = [name for name in WANTED if not hasattr(answer, name)]
    assert not missing, f"Your cell defines no fixture of the name {missing[0]}."


async def status(client, path="/admin/users"):
    return (await client.get(path)).status_code


async def id_of(client):
    found = await client.get("/me")
    assert found.status_code == 200, f"GET /me is answered with {found.status_code}."
    return found.json()["id"]


async def test_without_a_parameter(person, person_client):
    assert isinstance(person, User), f"Without a parameter, person is {person!r}."
    assert (person.role, person.active) == (Role.CUSTOMER, True), "person is no active customer."
    assert await id_of(person_client) == person.id, "person_client is logged in as another one."


@pytest.mark.parametrize(
    ("person", "expected"),
    [("admin", 200), ("inactive", 401), ("suspended", 401)],
    indirect=["person"],
)
async def test_with_a_trait(request, person, person_client, expected):
    trait = request.node.callspec.params["person"]
    has = {
        "admin": person.role is Role.ADMIN,
        "inactive": not person.active,
        "suspended": person.suspended_at is not None,
    }
    assert has[trait], f'With the parameter "{trait}" the person is not so.'
    found = await status(person_client)
    assert found == expected, f'With "{trait}", GET /admin/users is answered with {found}.'


class TestAnotherPerson:
    @pytest.fixture
    async def person(self, session):
        return await UserFactory.create_async(session, name="Another")

    async def test_the_client_follows_the_person(self, person, person_client):
        assert await id_of(person_client) == person.id, "person_client is logged in as another one."


@pytest.fixture
def visits(request):
    """The clients by name, asked for in this order."""
    return {name: request.getfixturevalue(name) for name in request.param}


@pytest.mark.parametrize(
    "visits",
    [("client", "person_client", "boss_client"), ("boss_client", "person_client", "client")],
    indirect=True,
)
async def test_three_at_once(visits):
    expected = {"client": 401, "person_client": 403, "boss_client": 200}
    found = {name: await status(visits[name]) for name in expected}
    assert found == expected, f"Nobody, a customer, an administrator: {[*found.values()]}."


@pytest.mark.parametrize("person", ["admin"], indirect=True)
async def test_the_boss_is_nobody_else(admin, person, person_client, boss_client):
    boss = await id_of(boss_client)
    assert boss != person.id, "The administrator of boss_client is the person."
    assert boss != admin.id, "The administrator of boss_client is the toolkit's."
    assert await id_of(person_client) == person.id, "person_client is logged in as another one."


@pytest.fixture
def closed():
    """Set up before the clients, so that it looks after they have been torn down."""
    clients = []
    yield clients
    still_open = [client for client in clients if not client.is_closed]
    assert not still_open, f"After the test {len(still_open)} of two clients are still open."


async def test_clients_are_closed(closed, person_client, boss_client):
    closed += [person_client, boss_client]
    await status(person_client), await status(boss_client)
