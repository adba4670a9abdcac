"""Files that belong to an incident: sealed, erasable, read only for the purpose, journalled."""

from hansa.desk.attachments.http import attachment_routes
from hansa.desk.attachments.keeping import (
    ATTACHMENT,
    Attached,
    attach,
    attached_to,
    content_of,
    taken_along,
)

__all__ = [
    "ATTACHMENT",
    "Attached",
    "attach",
    "attached_to",
    "attachment_routes",
    "content_of",
    "taken_along",
]
