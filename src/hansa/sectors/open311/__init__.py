"""The city as an Open311 server (GeoReport v2): any citizen's app may send requests in.

What comes in is an entity `Open311ServiceRequest` like any other request; what goes out is what
the city's privacy catalogue calls public. Extensions, as the discovery says: `page` and
`page_size`, `updated_after` and `updated_before`, and `world` on every answer of an exercise.
"""

from hansa.sectors.open311.catalogue import Catalogue, load_catalogue
from hansa.sectors.open311.http import routes

__all__ = ["Catalogue", "load_catalogue", "routes"]
