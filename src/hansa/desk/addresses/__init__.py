"""Addresses: which house is meant, what feeds it, how many live there."""

from hansa.desk.addresses.following import Addresses
from hansa.desk.addresses.http import address_routes
from hansa.desk.addresses.index import Index
from hansa.desk.addresses.model import Building, Count, Found, Match, Social, Zone

__all__ = [
    "Addresses",
    "Building",
    "Count",
    "Found",
    "Index",
    "Match",
    "Social",
    "Zone",
    "address_routes",
]
