"""Whom to call at an organisation now: contacts and substitutes by date."""

from hansa.desk.contacts.http import contact_routes
from hansa.desk.contacts.model import Staff
from hansa.desk.contacts.reading import telephones
from hansa.desk.contacts.seeding import ContactEntry, load_contacts, seed_contacts

__all__ = [
    "ContactEntry",
    "Staff",
    "contact_routes",
    "load_contacts",
    "seed_contacts",
    "telephones",
]
