"""Files that people attach: sealed, named by the hash of what lies on the disk, immutable.

They are too large for the vault, so only the key of each is a personal value in it: whoever erases
that value leaves noise on every disk and in every backup. AES-256-GCM (NIST SP 800-38D) under a key
of its own per file, so that the nonce never meets the same key twice.
"""

import asyncio
import hashlib
import os
import re
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hansa.guard.errors import Damaged
from hansa.guard.sealing import KEY_BYTES
from hansa.guard.store import files

FOLDER = "blobs"
_NONCE_BYTES = 12
_NAME = re.compile(r"[0-9a-f]{64}")


class Blob(NamedTuple):
    """A sealed file: the name it lies under, and what opens it."""

    digest: str  # SHA-256 of the sealed bytes, in hex
    secret: str  # the key, in hex


class Blobs:
    """The sealed files of one city, in a folder beside its personal values."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    async def put(self, content: bytes) -> Blob:
        """Keep a file; returns once it is on disk."""
        return await asyncio.to_thread(self._put, content)

    async def drop(self, blob: Blob) -> None:
        """Remove a file that nothing refers to."""
        await asyncio.to_thread((self._folder / blob.digest).unlink, missing_ok=True)

    async def get(self, blob: Blob) -> bytes:
        """The file; Damaged where it is not what was sealed, or gone."""
        return await asyncio.to_thread(self._get, blob)

    def _put(self, content: bytes) -> Blob:
        files.private_folder(self._folder)
        key, nonce = os.urandom(KEY_BYTES), os.urandom(_NONCE_BYTES)
        sealed = nonce + AESGCM(key).encrypt(nonce, content, None)
        digest = hashlib.sha256(sealed).hexdigest()
        files.write_private(self._folder / digest, sealed)
        return Blob(digest, key.hex())

    def _get(self, blob: Blob) -> bytes:
        if not _NAME.fullmatch(blob.digest):
            raise Damaged("an attachment has no such name", where=blob.digest)
        path = self._folder / blob.digest
        try:
            sealed = path.read_bytes()
            nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
            return AESGCM(bytes.fromhex(blob.secret)).decrypt(nonce, rest, None)
        except (FileNotFoundError, InvalidTag, ValueError) as error:
            raise Damaged(
                "the attachment is gone or is not what was sealed",
                where=str(path),
                remedy="put this file back as a backup has it (it never changes)",
            ) from error
