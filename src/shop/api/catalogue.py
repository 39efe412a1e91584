"""Products, their categories, and what users say of them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, status

from shop.api.dependencies import CurrentUser, Session, administrator
from shop.api.schemas import (
    CategoryOut,
    Id,
    NewProduct,
    NewReview,
    PageOut,
    ProductFilter,
    ProductOut,
    ProductWithRating,
    ReviewOut,
)
from shop.errors import NotFound
from shop.models import Category, Product, Review
from shop.services import catalogue
from shop.services.pages import Page

router = APIRouter(tags=["catalogue"])


@router.get("/products", response_model=PageOut[ProductOut])
async def find_products(
    session: Session, wanted: Annotated[ProductFilter, Query()]
) -> Page[Product]:
    return await catalogue.find_products(session, **wanted.model_dump())


@router.get("/products/{id}")
async def get_product(id: Id, session: Session) -> ProductWithRating:
    found = await catalogue.get_product(session, id)
    if found is None:
        raise NotFound(f"There is no product {id}.")
    rating = await catalogue.rating_of(session, id)
    return ProductWithRating(**ProductOut.model_validate(found).model_dump(), rating=rating)


@router.post(
    "/products",
    status_code=status.HTTP_201_CREATED,
    response_model=ProductOut,
    dependencies=[Depends(administrator)],
)
async def create_product(new: NewProduct, session: Session) -> Product:
    return await catalogue.create_product(session, **new.model_dump())


@router.post(
    "/products/{id}/reviews", status_code=status.HTTP_201_CREATED, response_model=ReviewOut
)
async def review_product(id: Id, new: NewReview, user: CurrentUser, session: Session) -> Review:
    return await catalogue.add_review(
        session, user_id=user.id, product_id=id, rating=new.rating, body=new.body
    )


@router.get("/categories", response_model=list[CategoryOut])
async def list_categories(session: Session) -> list[Category]:
    return await catalogue.category_tree(session)
