"""Sealing of personal values: pure functions of keys and values, and the one place for them.

AES-256-GCM (NIST SP 800-38D) under a random key per data subject, a random nonce per value, and
the place of the value (ref, entity, attribute) bound in, so that a sealed value moved elsewhere
does not open. Marks of values and subjects are HMAC-SHA256, cut to 128 bits (SP 800-107, 5.3.4),
under keys derived from the city's secret: equal values of one attribute have equal marks, those
of two attributes do not.
"""

import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hansa.guard.errors import Damaged

KEY_BYTES = 32
_MARK_BYTES = 16
_ID_BYTES = 8
_NONCE_BYTES = 12  # SP 800-38D, 8.2.2; a key seals far fewer than 2^32 values


Name: TypeAlias = tuple[bytes, bytes]  # of a key: subject's mark, id


class PersonalRecord(NamedTuple):
    """One personal value on its way into the vault.

    `subject` names whose it is; "": who is found out from the rest (see `whose`). `free_text` may
    speak of several people, so it is sealed under a key of its own and can be erased alone.
    `found_by`: what an exact search asks for where that is not the whole value, as the digits of
    a telephone number. `person`: by whose telephone it came, "" where by none. `about`: the
    entity of whose person it speaks. `same`: it is the person's of before, whatever it says.
    """

    subject: str
    entity_id: str
    attribute: str
    value: bytes
    free_text: bool = False
    found_by: bytes | None = None
    person: str = ""
    about: str = ""
    same: bool = False


class SealedRecord(NamedTuple):
    """A record as it is kept; nonce, sealed, same and search are None once it was erased.

    `person`: the mark of who was named when it came, or of whom it speaks; None where nobody was.
    """

    ref: str
    subject: bytes
    key_id: bytes
    entity_id: str
    attribute: str
    nonce: bytes | None
    sealed: bytes | None
    same: bytes | None
    search: bytes | None = None
    person: bytes | None = None

    @property
    def key(self) -> Name:
        """The name of the key it was sealed under."""
        return self.subject, self.key_id


@dataclass(frozen=True, slots=True)
class Key:
    """A key and its name within its subject; `own` where it seals one record only."""

    subject: bytes
    id: bytes
    own: bool
    secret: bytes = field(repr=False)


class Marks:
    """Keyed marks of subjects and values under the city's secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._subjects = _Keyed(hmac.digest(secret, b"subject", "sha256"))
        self._attributes: dict[str, _Keyed] = {}

    def subject(self, name: str) -> bytes:
        """The mark under which a data subject is known in files and journal."""
        return self._subjects.mark(name.encode())

    def value(self, attribute: str, value: bytes) -> bytes:
        """The mark by which an exact value of this attribute is known and found."""
        keyed = self._attributes.get(attribute)
        if keyed is None:
            key = hmac.digest(self._secret, b"value\0" + attribute.encode(), "sha256")
            keyed = self._attributes[attribute] = _Keyed(key)
        return keyed.mark(value)

    def fingerprint(self) -> int:
        """48 bits that tell one secret from another and nothing about it."""
        return int.from_bytes(hmac.digest(self._secret, b"fingerprint", "sha256")[:6])


class _Keyed:
    """HMAC-SHA256 (FIPS 198-1) under one key, its two halves begun once: an import makes
    marks by the hundred thousand, and half of each was the beginning."""

    def __init__(self, key: bytes) -> None:
        block = key.ljust(hashlib.sha256().block_size, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def mark(self, message: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()[:_MARK_BYTES]


def new_key(subject: bytes, *, own: bool) -> Key:
    """A fresh random key for a subject, or for one record of it."""
    made = os.urandom(_ID_BYTES + KEY_BYTES)
    return Key(subject, made[:_ID_BYTES], own, made[_ID_BYTES:])


def new_ref(number: int) -> str:
    """A reference that nobody can mistake for another one that once had its number."""
    return f"p{number}-{os.urandom(6).hex()}"


class FoundBy(NamedTuple):
    """By what a record is found: marks of its value, of its search and of its person."""

    same: bytes
    search: bytes | None = None
    person: bytes | None = None


def seal(ref: str, record: PersonalRecord, key: Key, found: FoundBy) -> SealedRecord:
    """The record as it may lie on a disk, with the marks by which it is found."""
    nonce = os.urandom(_NONCE_BYTES)
    place = _place(ref, record.entity_id, record.attribute)
    sealed = AESGCM(key.secret).encrypt(nonce, record.value, place)
    return SealedRecord(
        ref, key.subject, key.id, record.entity_id, record.attribute, nonce, sealed, *found
    )


def tombstone(
    ref: str, subject: bytes, record: PersonalRecord, person: bytes | None = None
) -> SealedRecord:
    """What stands for a value of somebody who was erased: the reference, and nothing behind it."""
    gone = (None, None, None, None)
    return SealedRecord(ref, subject, b"", record.entity_id, record.attribute, *gone, person)


def unseal(record: SealedRecord, key: bytes) -> bytes | None:
    """The value; None where it was erased, Damaged where it is not what was sealed."""
    if record.nonce is None or record.sealed is None:
        return None
    place = _place(record.ref, record.entity_id, record.attribute)
    try:
        return AESGCM(key).decrypt(record.nonce, record.sealed, place)
    except InvalidTag as error:
        raise Damaged(
            f"the value {record.ref} does not open under its key",
            where=record.ref,
            remedy="restore the personal store from a backup",
        ) from error


def short_marks(records: Sequence[SealedRecord]) -> list[str]:
    """The subjects of the records as the journal names them: 64 bits in hex, sorted."""
    return sorted({short_mark(record.subject) for record in records})


def short_mark(subject: bytes) -> str:
    """A subject's mark as the journal names it."""
    return subject[:8].hex()


def _place(ref: str, entity_id: str, attribute: str) -> bytes:
    return f"{ref}\x00{entity_id}\x00{attribute}".encode()
