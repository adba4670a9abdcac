"""What the first bytes of a file say it is, so that nobody attaches one thing as another. Pure."""

from collections.abc import Mapping

# media type -> (offset, bytes) of which one must stand there; none: it must be text
SIGNATURES: Mapping[str, tuple[tuple[int, bytes], ...]] = {
    "image/jpeg": ((0, b"\xff\xd8\xff"),),
    "image/png": ((0, b"\x89PNG\r\n\x1a\n"),),
    "image/webp": ((8, b"WEBP"),),
    "application/pdf": ((0, b"%PDF-"),),
    "audio/mpeg": ((0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3")),
    "text/plain": (),
}


def is_what_it_says(media_type: str, content: bytes) -> bool:
    """Whether the content begins as files of its type do."""
    signs = SIGNATURES.get(media_type)
    if signs is None:
        return False
    if not signs:
        return _is_text(content)
    return any(content[start : start + len(sign)] == sign for start, sign in signs)


def _is_text(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False
