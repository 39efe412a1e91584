"""Passwords, kept as hashes by argon2."""

from pwdlib import PasswordHash

# Slow by design. A test suite may put a cheaper one in its place.
hasher = PasswordHash.recommended()

NOBODYS_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$du6J+iNmAS3WYoGcTue4ZQ"
    "$AgIE1kZ7JlVvTpT2tnqDArNqoYhThP9z1zZBesFSaj0"
)


def hash_password(password: str) -> str:
    """A salted hash of the password, another one each time."""
    return hasher.hash(password)


def verify_password(password: str, password_hash: str | None) -> bool:
    """Whether the hash is of this password.

    Without a hash the answer is no, after as much work: its time doesn't tell who has registered.
    """
    matches = hasher.verify(password, password_hash or NOBODYS_HASH)
    return matches and password_hash is not None
