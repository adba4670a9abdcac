"""Files that the page is made of: the built bundle and the city's base map.

Names of built assets carry a hash, so they are immutable; everything else is validated by
ETag (RFC 9110, 8.8.3). Only files that were there at the start are served: no path is joined.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from importlib import resources
from pathlib import Path

import orjson

from hansa.base.problems import ResourceNotFound
from hansa.base.web import Request, Response

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".json": "application/json",
    ".geojson": "application/geo+json",
}

# `style-src 'unsafe-inline'` is not needed: styles set by script go through the object model.
POLICY = (
    "default-src 'self'; "
    "img-src 'self' data: blob:; "
    "worker-src 'self' blob:; "
    "object-src 'none'; "
    "base-uri 'none'; "
    "form-action 'self'; "
    "frame-ancestors 'none'"
)
SECURITY = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)
_WORTH_PACKING = 1024  # bytes: below, a packed file saves no packet
_UNBUILT = (
    b"<!doctype html><meta charset=utf-8><title>Hansa</title>"
    b"<p>The console is not built. Run <code>make setup</code>, then start the node again."
)


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is served: read at each request, but its ETag and its packed form.

    `packed` is the gzip form, None where packing gains nothing (fonts, small files).
    """

    path: Path
    media_type: str
    etag: str
    immutable: bool
    packed: bytes | None = None


def bundle() -> Mapping[str, File]:
    """Every file of the built console by its path; empty where it was not built."""
    root = Path(str(resources.files("hansa.console") / "static"))
    return served(root, built=True) if root.is_dir() else {}


def base_map(folder: Path) -> Mapping[str, File]:
    """The GeoJSON files of the city's `map/` folder by name without ending."""
    found = served(folder / "map", built=False) if (folder / "map").is_dir() else {}
    return {
        name.removesuffix(".geojson"): file
        for name, file in found.items()
        if name.endswith(".geojson")
    }


def notes(files: Mapping[str, File]) -> list[str]:
    """What the drawings say of themselves (member `note`), each once."""
    found = (orjson.loads(file.path.read_bytes()).get("note") for file in files.values())
    return sorted({note for note in found if isinstance(note, str)})


def answer(file: File | None, request: Request) -> Response:
    """The file, or 304 where the client has it; ResourceNotFound for None."""
    if file is None:
        raise ResourceNotFound("there is no such file")
    cache = "public, max-age=31536000, immutable" if file.immutable else "no-cache"
    headers = (
        ("Content-Type", file.media_type),
        ("ETag", file.etag),
        ("Cache-Control", cache),
        ("Vary", "Accept-Encoding"),
        *SECURITY,
    )
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(304, b"", headers)
    if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(200, file.packed, (*headers, ("Content-Encoding", "gzip")))
    return Response(200, file.path.read_bytes(), headers)


def page(files: Mapping[str, File], request: Request) -> Response:
    """The one page of the console, or how to build it."""
    if "index.html" in files:
        return answer(files["index.html"], request)
    return Response(200, _UNBUILT, (("Content-Type", TYPES[".html"]), *SECURITY))


def served(root: Path, *, built: bool) -> Mapping[str, File]:
    """The files below `root` of a known type, by path; built assets have hashed names."""
    make = partial(_file, root, built=built)
    return dict(make(path) for path in sorted(root.rglob("*")) if path.suffix in TYPES)


def _file(root: Path, path: Path, *, built: bool) -> tuple[str, File]:
    name = path.relative_to(root).as_posix()
    body = path.read_bytes()
    digest = hashlib.sha256(body).hexdigest()[:24]
    hashed = built and name.startswith("assets/")
    packed = None
    if path.suffix != ".woff2" and len(body) > _WORTH_PACKING:
        packed = gzip.compress(body, 6, mtime=0)
    return name, File(path, TYPES[path.suffix], f'"{digest}"', hashed, packed)
