"""Refusals of the room. A wrong row is no exception: it is a `Refusal` value (see `model`)."""

from hansa.base.problems import HANSA, BadFile, BadRequestData


class BadMapping(BadFile):
    """A `sources/*.yaml` that cannot be used; names file, line, field and the way out."""

    type = HANSA + "bad-mapping"
    title = "A mapping of a source cannot be used"


class PrivacyTooOpen(BadFile):
    """The mapping calls a value more private than the city's catalogue does.

    Written all the same it would stand in the clear, so nothing of the source is imported.
    """

    type = HANSA + "privacy-too-open"
    title = "The privacy catalogue is more open than the mapping"


class UnknownSource(BadFile):
    """A command named a source that the city's folder does not have."""

    type = HANSA + "unknown-source"
    title = "The city has no such source"


class BadUpload(BadRequestData):
    """A file that people sent cannot be one of the source."""

    type = HANSA + "bad-upload"
    title = "The file cannot be read as one of this source"
