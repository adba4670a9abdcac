"""Who is asked: theme x territory x hours -> organization, and by when the law wants an answer."""

from hansa.desk.routing.choosing import choose
from hansa.desk.routing.law import Law, due_by_law, forward_by_law, latest_by_law
from hansa.desk.routing.lawfile import load_law
from hansa.desk.routing.loading import load_routing
from hansa.desk.routing.model import NOBODY, Because, Choice, Matter, Place, Table

__all__ = [
    "NOBODY",
    "Because",
    "Choice",
    "Law",
    "Matter",
    "Place",
    "Table",
    "choose",
    "due_by_law",
    "forward_by_law",
    "latest_by_law",
    "load_law",
    "load_routing",
]
