"""People, roles, tokens, sessions and journal over HTTP: what an administration works with.

The decisions are guard's; here they are parsed, called and rendered. A secret (password, token)
stands in one answer, never in a second one and in no log.
"""

from hansa.console.guarding.http import routes

__all__ = ["routes"]
