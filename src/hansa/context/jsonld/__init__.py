"""JSON-LD for one city: contexts from folders, terms to canonical names and back."""

from hansa.context.jsonld.contexts import HOSTED_PATH, OWN_PATH, Contexts
from hansa.context.jsonld.core import CORE_URL, is_core
from hansa.context.jsonld.link import context_link, context_url
from hansa.context.jsonld.names import Canon, Names, check_name
from hansa.context.jsonld.terms import TermMap

__all__ = [
    "CORE_URL",
    "HOSTED_PATH",
    "OWN_PATH",
    "Canon",
    "Contexts",
    "Names",
    "TermMap",
    "check_name",
    "context_link",
    "context_url",
    "is_core",
]
