"""From what indicators rest on to what a line of the report names. Pure."""

from datetime import datetime

from hansa.desk.indicators.computed import Rests
from hansa.desk.indicators.model import Indicator
from hansa.desk.report.model import Basis


def basis_of(indicator: Indicator, rests: Rests, at: datetime) -> Basis:
    """The basis of an indicator's number."""
    return Basis(
        type=indicator.type,
        at=at,
        q=rests.q,
        ids=rests.ids,
        count=rests.count,
        attribute=rests.attribute,
        since=rests.since,
        until=at if rests.attribute else None,
    )
