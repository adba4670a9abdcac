"""The whole city in a new folder: entities, history, files that people attached, settings.

It is not a backup: no node stands up from it, and nothing personal is in it. It is what a city
takes along when it leaves, or gives to another program. `manifest.json` is written last: a folder
without it broke off. The journal says that it was made, before it is whole.
"""

import asyncio
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from hansa import __version__, desk
from hansa.app import manifest
from hansa.app.backup import speaking_of
from hansa.app.folder.exporting import export as export_settings
from hansa.app.leaving import lines
from hansa.app.node import Node
from hansa.base.problems import StoreRefused
from hansa.base.times import format_instant
from hansa.guard import Kind, View, entry_of

NAMING = "contacts.yaml"  # of the city's folder: it names people
_README = """\
{city} ({world}), as known at {at}.

entities/TYPE.jsonl   one entity a line, in the normalized form of NGSI-LD (ETSI GS CIM 009)
history/TYPE.jsonl    the same entities, of each attribute all that was ever known, with recordedAt
attachments/          files that people attached, named by the id of their Attachment
city/                 the settings of the city, as the folder that `hansa up --city` reads
manifest.json         every file with its size and SHA-256

Nothing personal is in it: no names, telephones, free text of people. Attachments are there only if
they were asked for; what is in a photograph nobody has looked at.
"""


async def export(node: Node, folder: Path, *, attachments: bool) -> Mapping[str, Any]:
    """Write everything into a new folder, and remove what there is of it where that fails."""
    await asyncio.to_thread(_begin, node, folder)
    try:
        with speaking_of(folder):
            return await _export(node, folder, attachments=attachments)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)  # half an export tells half a truth
        raise


async def _export(node: Node, folder: Path, *, attachments: bool) -> Mapping[str, Any]:
    city = node.city
    grant = city.guard.operator()
    view, now, change = city.guard.view(grant), city.clock.now(), city.last_change
    moment = format_instant(now)
    facts = entry_of(grant, Kind.EXPORT, now, of="city", known=moment, attachments=attachments)
    await city.guard.journal.write(facts)
    counts = await _graph(node, view, now, folder)
    files = await _attachments(node, view, now, folder) if attachments else 0
    await export_settings(city, node.folder, folder / "city")
    (folder / "city" / NAMING).unlink(missing_ok=True)
    words = {"city": city.settings.name, "world": city.world.name, "at": moment}
    (folder / "README.txt").write_text(_README.format(**words), encoding="utf-8")
    listed = await asyncio.to_thread(manifest.listed, folder)
    told = {**words, "hansa": __version__, "change": change, "entities": counts}
    described = {**told, "files": [_file(one) for one in listed]}
    (folder / manifest.NAME).write_bytes(orjson.dumps(described, option=orjson.OPT_INDENT_2))
    return {
        "folder": str(folder),
        "change": change,
        "types": len(counts),
        "entities": sum(counts.values()),
        "attachments": files,
        "bytes": sum(one.bytes for one in listed),
    }


async def _graph(node: Node, view: View, at: datetime, folder: Path) -> dict[str, int]:
    """Entities and history of every type; how many there are of each."""
    counts = {}
    for place in ("entities", "history"):
        (folder / place).mkdir()
    for name in sorted(await node.city.types(view)):
        ids = await lines.ids_of(node.city, view, name, at)
        file = lines.file_of(name)
        counts[name] = await lines.entities(node.city, view, ids, at, folder / "entities" / file)
        await lines.history(node.city, view, ids, at, folder / "history" / file)
    return counts


async def _attachments(node: Node, view: View, at: datetime, folder: Path) -> int:
    """The files that people attached, each one journalled as read; erased ones are not there."""
    (folder / "attachments").mkdir()
    written = 0
    for name in await lines.ids_of(node.city, view, desk.ATTACHMENT, at):
        content = await desk.taken_along(node.city, name)
        if content is not None:
            (folder / "attachments" / name.rpartition(":")[2]).write_bytes(content)
            written += 1
    return written


def _file(one: manifest.BackedFile) -> dict[str, Any]:
    return {"path": one.path, "bytes": one.bytes, "sha256": one.sha256}


def _begin(node: Node, folder: Path) -> None:
    """Take the folder: a new one, outside of the home and of the city's own."""
    above = (folder, *folder.parents)
    if node.home.path in above or node.settings.folder in above:
        raise StoreRefused(
            f"{folder} lies in the home or in the city's folder",
            remedy="name a folder elsewhere",
        )
    with speaking_of(folder):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise StoreRefused(
                f"{folder} is not empty",
                rule="an export overwrites nothing",
                remedy="name a new folder",
            )
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
