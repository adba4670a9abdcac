"""The server half of the web console: what its pages need beside NGSI-LD and the desk."""

from hansa.console.guarding.house import house_of
from hansa.console.http import routes
from hansa.console.series import Limit
from hansa.console.session import Sessions

__all__ = ["Limit", "Sessions", "house_of", "routes"]
