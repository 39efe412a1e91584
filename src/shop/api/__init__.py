"""The shop over HTTP."""

from shop.api.app import create_app
from shop.api.dependencies import get_provider, get_session, get_sessions
from shop.api.tokens import create_token

__all__ = ["create_app", "create_token", "get_provider", "get_session", "get_sessions"]
