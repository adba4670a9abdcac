"""The server half of the web console: what its pages need beside NGSI-LD and the desk."""

from hansa.console.http import routes
from hansa.console.series import Limit
from hansa.console.session import Sessions

__all__ = ["Limit", "Sessions", "routes"]
