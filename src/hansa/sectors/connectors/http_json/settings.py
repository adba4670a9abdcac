"""What a mapping says of an address that answers with a list in JSON."""

from typing import Annotated

from msgspec import Meta

from hansa.sectors.connectors.plan import Settings
from hansa.sectors.connectors.secrets import Secret


class HttpJsonSettings(Settings, frozen=True, kw_only=True, rename="camel"):
    """`list`: JSON Pointer to the list; empty: the document itself.

    Paging is either `next`, the JSON Pointer to the next page's address, or `pageParameter`, a
    parameter that counts from `firstPage`; the first empty page is the last. `secret` goes into
    the header `secretHeader`, behind `secretPrefix`.
    """

    url: str
    list: str = ""
    poll: Annotated[float, Meta(ge=1)] = 60.0
    next: str | None = None
    page_parameter: str | None = None
    first_page: int = 1
    most_pages: Annotated[int, Meta(ge=1, le=10_000)] = 100
    secret: Secret | None = None
    secret_header: str = "Authorization"  # noqa: S105 - the name of a header
    secret_prefix: str = "Bearer "  # noqa: S105 - what stands before a secret is none
