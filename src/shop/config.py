"""What the shop needs to know of its surroundings."""

import secrets

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError


class Settings(BaseSettings):
    """Each is read from the environment variable of its name: DATABASE_URL, SECRET_KEY, ..."""

    model_config = SettingsConfigDict(frozen=True, hide_input_in_errors=True)

    database_url: str = Field(default="postgresql://localhost/shop", repr=False)
    # Without one, tokens last as long as the process that made them.
    secret_key: SecretStr = Field(
        default_factory=lambda: SecretStr(secrets.token_hex(32)), min_length=32
    )
    token_minutes: int = Field(default=60, gt=0)
    payments_url: str = "https://payments.example"

    @field_validator("database_url")
    @classmethod
    def _names_a_postgresql_database(cls, value: str) -> str:
        try:
            parsed = make_url(value)
        except ArgumentError:
            parsed = None
        if parsed is None or parsed.get_backend_name() != "postgresql" or not parsed.database:
            raise ValueError("write it as postgresql://user:password@host:5432/database")
        return value

    @property
    def async_url(self) -> URL:
        """The database, by asyncpg."""
        return make_url(self.database_url).set(drivername="postgresql+asyncpg")
