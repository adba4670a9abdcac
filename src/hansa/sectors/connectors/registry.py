"""Which connectors there are. A new one is a folder beside this file and a line here."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from hansa.base import yamlfile
from hansa.base.problems import BadFile
from hansa.sectors.connectors import secrets
from hansa.sectors.connectors.cap.connector import Cap
from hansa.sectors.connectors.cap.settings import CapSettings
from hansa.sectors.connectors.feed import connector as feed
from hansa.sectors.connectors.feed.settings import FeedSettings
from hansa.sectors.connectors.files.settings import FilesSettings
from hansa.sectors.connectors.gtfs import connector as gtfs
from hansa.sectors.connectors.gtfs.settings import GtfsSettings
from hansa.sectors.connectors.gtfs_realtime.connector import GtfsRealtime
from hansa.sectors.connectors.gtfs_realtime.settings import GtfsRealtimeSettings
from hansa.sectors.connectors.http_json.connector import HttpJson
from hansa.sectors.connectors.http_json.settings import HttpJsonSettings
from hansa.sectors.connectors.mqtt.connector import Mqtt
from hansa.sectors.connectors.mqtt.settings import MqttSettings
from hansa.sectors.connectors.open311.connector import Open311
from hansa.sectors.connectors.open311.settings import Open311Settings
from hansa.sectors.connectors.plan import Connector, Settings
from hansa.sectors.connectors.sensorthings.connector import SensorThings
from hansa.sectors.connectors.sensorthings.settings import SensorThingsSettings

FILES = "files"


@dataclass(frozen=True, slots=True)
class Entry:
    """A connector and the shape of its settings; None: files, which the watcher reads."""

    shape: type[Settings]
    connector: Connector[Any] | None = None


Registry: TypeAlias = Mapping[str, Entry]

CONNECTORS: Registry = {
    FILES: Entry(FilesSettings),
    "cap": Entry(CapSettings, Cap()),
    "feed": Entry(FeedSettings, feed.connector()),
    "gtfs": Entry(GtfsSettings, gtfs.connector()),
    "gtfs-realtime": Entry(GtfsRealtimeSettings, GtfsRealtime()),
    "http-json": Entry(HttpJsonSettings, HttpJson()),
    "mqtt": Entry(MqttSettings, Mqtt()),
    "open311": Entry(Open311Settings, Open311()),
    "sensorthings": Entry(SensorThingsSettings, SensorThings()),
}


def load_settings(path: Path, name: str, registry: Registry = CONNECTORS) -> Settings:
    """The `settings` of a mapping, checked; BadFile says what is wrong where."""
    entry = registry.get(name)
    if entry is None or entry.connector is None:
        known = ", ".join(sorted(registry))
        where = yamlfile.line_of(path, "connector")
        raise BadFile(f"there is no connector {name!r}", where=where, remedy=f"one of {known}")
    settings = yamlfile.load_member(path, entry.shape, "settings")
    for member, detail in (*secrets.wrong(settings), *entry.connector.wrong(settings)):
        where = f"{yamlfile.line_of(path, 'settings', member)} settings.{member}"
        raise BadFile(detail, where=where, rule=f"settings of {name}")
    return settings
