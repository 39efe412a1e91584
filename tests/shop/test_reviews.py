"""What users say of products."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from shop.errors import AlreadyReviewed, Invalid, NotFound
from shop.models import Review, User


async def test_a_review_is_stored_as_given(session, shop, customer, make_product):
    product = await make_product()
    review = await shop.catalogue.add_review(
        session, user_id=customer.id, product_id=product.id, rating=4, body="Writes."
    )
    await session.refresh(review)
    assert (review.user_id, review.product_id) == (customer.id, product.id)
    assert (review.rating, review.body) == (4, "Writes.")
    assert review.created_at is not None


async def test_a_user_reviews_a_product_once(session, shop, customer, make_product):
    product, other = await make_product(), await make_product()
    own = {"user_id": customer.id, "rating": 4}
    await shop.catalogue.add_review(session, product_id=product.id, **own)
    with pytest.raises(AlreadyReviewed):
        await shop.catalogue.add_review(session, product_id=product.id, **own)
    await shop.catalogue.add_review(session, product_id=other.id, **own)
    assert await session.scalar(select(func.count()).select_from(Review)) == 2
    assert product.name == "Pen"


async def test_only_users_review_and_only_products(session, shop, customer, make_product):
    product = await make_product()
    with pytest.raises(NotFound, match="product 12345"):
        await shop.catalogue.add_review(session, user_id=customer.id, product_id=12345, rating=4)
    with pytest.raises(NotFound, match="user 12345"):
        await shop.catalogue.add_review(session, user_id=12345, product_id=product.id, rating=4)


@pytest.mark.parametrize("rating", [0, 6, -1])
async def test_a_rating_outside_one_to_five_is_refused(
    session, shop, customer, make_product, rating
):
    product = await make_product()
    with pytest.raises(Invalid):
        await shop.catalogue.add_review(
            session, user_id=customer.id, product_id=product.id, rating=rating
        )
    assert await shop.catalogue.rating_of(session, product.id) is None


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [([], None), ([1], "1.00"), ([5, 4], "4.50"), ([5, 4, 4], "4.33"), ([5, 5, 4], "4.67"),
     ([5] + [4] * 7, "4.13")],
)  # fmt: skip
async def test_the_rating_is_the_average_with_two_places(
    session, shop, customer, make_product, ratings, expected
):
    product, other = await make_product(), await make_product()
    await shop.catalogue.add_review(session, user_id=customer.id, product_id=other.id, rating=2)
    for number, rating in enumerate(ratings):
        user = User(email=f"{number}@example.org", name="Reviewer")
        session.add(user)
        await session.flush()
        await shop.catalogue.add_review(
            session, user_id=user.id, product_id=product.id, rating=rating
        )
    rating = await shop.catalogue.rating_of(session, product.id)
    assert (None if rating is None else str(rating)) == expected
    assert rating is None or isinstance(rating, Decimal)
