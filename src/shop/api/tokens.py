"""Tokens that say who is logged in, and until when."""

from datetime import UTC, datetime, timedelta

import jwt

from shop.config import Settings

ALGORITHM = "HS256"


def create_token(user_id: int, settings: Settings) -> str:
    """A token for this user that expires after ``settings.token_minutes``."""
    expires = datetime.now(UTC) + timedelta(minutes=settings.token_minutes)
    return jwt.encode(
        {"sub": str(user_id), "exp": expires}, settings.secret_key.get_secret_value(), ALGORITHM
    )


def user_id_of(token: str, settings: Settings) -> int | None:
    """Whose token it is; none if it has expired or was not made here."""
    try:
        claims = jwt.decode(
            token,
            settings.secret_key.get_secret_value(),
            [ALGORITHM],
            options={"require": ["sub", "exp"]},
        )
        return int(claims["sub"])
    except (jwt.InvalidTokenError, ValueError):
        return None
