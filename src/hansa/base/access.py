"""How people and programs come in, as `city.yaml` says it under `access`."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec


class Rate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """So many requests at once, and so many a second from then on."""

    burst: Annotated[int, msgspec.Meta(ge=1)]
    per_second: Annotated[float, msgspec.Meta(gt=0)]


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """How much one session, one program, or one address without either may ask."""

    people: Rate = Rate(burst=1_000, per_second=50.0)
    programs: Rate = Rate(burst=5_000, per_second=1_000.0)
    strangers: Rate = Rate(burst=600, per_second=10.0)


class Oidc(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """Another house that says who somebody is (OpenID Connect Core 1.0).

    `secret_file`: beside `city.yaml` or absolute; the secret itself stands in no settings.
    `account`: the claim that names the account here. `roles_claim` with `roles`: groups there to
    roles here, for accounts that are made at the first sign-in (`create`) and kept in step.
    """

    issuer: str
    client_id: str
    secret_file: str = ""
    title: dict[str, str] = msgspec.field(default_factory=dict)
    scopes: tuple[str, ...] = ("openid",)
    account: str = "preferred_username"
    roles_claim: str = ""
    roles: dict[str, str] = msgspec.field(default_factory=dict)
    organization_claim: str = ""
    create: bool = False
    method: Literal["client_secret_basic", "client_secret_post", "none"] = "client_secret_basic"


class Access(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """`origin`: what people type into the browser; passkeys and OIDC need it off this machine."""

    origin: str = ""
    limits: Limits = msgspec.field(default_factory=Limits)
    oidc: Oidc | None = None

    @property
    def host(self) -> str:
        """The host of the origin: the relying party's id (WebAuthn Level 3, 5.1.3)."""
        return urlsplit(self.origin).hostname or ""
