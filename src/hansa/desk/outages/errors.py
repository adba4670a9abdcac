"""What the desk refuses about outages, beside what it refuses elsewhere."""

from hansa.base.problems import HANSA, Conflict


class OpenAlready(Conflict):
    """One is open for a zone and its resource: two would be counted twice."""

    type = HANSA + "outage-open-already"
    title = "An outage is open there"
