"""How municipal data get in: mappings, connectors, quarantine, health of sources."""

from hansa.sectors.doors import Doors
from hansa.sectors.errors import BadMapping, BadUpload, PrivacyTooOpen, UnknownSource
from hansa.sectors.http import routes
from hansa.sectors.importing import file_reports, import_folder, named, quarantine, rerun
from hansa.sectors.mapping.load import Source, load_source, load_sources, privacy_overrides
from hansa.sectors.model import (
    FileReport,
    ImportReport,
    Mapped,
    Refusal,
    Row,
    TimedState,
    Trouble,
)
from hansa.sectors.preview import Look, look
from hansa.sectors.replaying import Feed, Score, import_known
from hansa.sectors.tables import Table, read_table
from hansa.sectors.watching import watch

__all__ = [
    "BadMapping",
    "BadUpload",
    "Doors",
    "Feed",
    "FileReport",
    "ImportReport",
    "Look",
    "Mapped",
    "PrivacyTooOpen",
    "Refusal",
    "Row",
    "Score",
    "Source",
    "Table",
    "TimedState",
    "Trouble",
    "UnknownSource",
    "file_reports",
    "import_folder",
    "import_known",
    "load_source",
    "load_sources",
    "look",
    "named",
    "privacy_overrides",
    "quarantine",
    "read_table",
    "rerun",
    "routes",
    "watch",
]
