"""Passwords and their hashes."""

from pwdlib import PasswordHash

from shop.passwords import NOBODYS_HASH, hash_password, verify_password


def test_a_hash_is_of_its_password_alone():
    stored = hash_password("correct horse")
    assert verify_password("correct horse", stored)
    assert not verify_password("correct horse ", stored)


def test_two_hashes_of_one_password_differ():
    assert hash_password("correct horse") != hash_password("correct horse")


def test_no_password_matches_where_there_is_no_hash():
    assert not verify_password("", None)


def test_comparing_with_no_hash_is_as_much_work_as_with_a_new_one():
    recommended = PasswordHash.recommended().current_hasher
    assert recommended.identify(NOBODYS_HASH)
    assert not recommended.check_needs_rehash(NOBODYS_HASH)
