"""Organisations that do the city's work: from its folder into the graph."""

from hansa.desk.organizations.keeping import keep_organizations
from hansa.desk.organizations.loading import load_organizations
from hansa.desk.organizations.model import ORGANIZATION, Organization, organization_id

__all__ = [
    "ORGANIZATION",
    "Organization",
    "keep_organizations",
    "load_organizations",
    "organization_id",
]
