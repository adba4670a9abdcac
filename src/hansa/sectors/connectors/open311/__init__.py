"""Open311 GeoReport v2, as a client."""
