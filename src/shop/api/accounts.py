"""Registering, logging in, and who one is."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, status

from shop.api.dependencies import CurrentSettings, CurrentUser, Session
from shop.api.schemas import Credentials, NewUser, TokenOut, UserOut
from shop.api.tokens import create_token
from shop.models import User
from shop.services import users

router = APIRouter(tags=["accounts"])


@router.post("/users", status_code=status.HTTP_201_CREATED, response_model=UserOut)
async def register(new: NewUser, session: Session) -> User:
    return await users.register(session, **new.model_dump())


@router.post("/token")
async def log_in(
    form: Annotated[Credentials, Form()], session: Session, settings: CurrentSettings
) -> TokenOut:
    user = await users.authenticate(session, form.username, form.password)
    if user is None:
        raise HTTPException(
            status.HTTP_401_UNAUTHORIZED,
            "The email or the password is wrong, or the account is not active.",
            {"WWW-Authenticate": "Bearer"},
        )
    return TokenOut(access_token=create_token(user.id, settings))


@router.get("/me", response_model=UserOut)
async def who_am_i(user: CurrentUser) -> User:
    return user
