"""Factories for asynchronous tests; the cheat sheet shows them."""

import factory
from shop.models import Role, User


class UserFactory(factory.Factory):
    class Meta:
        model = User

    class Params:
        admin = factory.Trait(role=Role.ADMIN)

    email = factory.Sequence(lambda n: f"user{n}@example.org")
    name = factory.Faker("name")


async def saved(session, *objects):
    session.add_all(objects)
    await session.flush()
    return objects[0]
