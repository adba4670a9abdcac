"""The NGSI-LD API of a city: a thin skin over `City` (GS CIM 009 v1.9.1, clause 6)."""

from hansa.context.http.routes import routes
from hansa.context.http.service import BASE, Limits, Service, make_service

__all__ = ["BASE", "Limits", "Service", "make_service", "routes"]
