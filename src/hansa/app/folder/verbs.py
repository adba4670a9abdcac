"""What `hansa city` does, on a node that is open."""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hansa.app.folder.comparing import Pair, Standing
from hansa.app.folder.exporting import export
from hansa.app.folder.folder import Edit, Folder
from hansa.app.node import Node

_DIFFER = (Standing.EDITED, Standing.FOLDER, Standing.BOTH)
_WORDS = {
    Standing.EDITED: "edited in the console; an export writes it into the folder",
    Standing.FOLDER: "changed in the folder; the next start takes it over",
    Standing.BOTH: "changed in the folder and in the console; the console's is in force",
}


async def diff(node: Node, _: Mapping[str, Any]) -> Any:
    """Where folder and console differ, line by line."""
    return {
        "differences": [
            {"path": one.path, "said": said(node.folder, one), "diff": _lines(one)}
            for one in await node.folder.pairs()
            if one.standing in _DIFFER
        ]
    }


async def export_folder(node: Node, given: Mapping[str, Any]) -> Any:
    """Write the settings in force as a folder."""
    written = await export(node.city, node.folder, Path(given["to"]))
    return {"folder": given["to"], "files": len(written), "written": written}


async def take(node: Node, given: Mapping[str, Any]) -> Any:
    """Choose between folder and console for one file."""
    found = await node.folder.pair(given["path"])
    change = 0 if found.setting is None else found.setting.change
    edit = Edit(found.path, None, change, "", found.file.digest)
    act = node.folder.take if given["from"] == "folder" else node.folder.keep
    done = await act(node.city.guard.operator(), edit)
    return {"path": done.setting.path, "change": done.setting.change}


async def lines(node: Node) -> list[str]:
    """What a person who starts a node is told about its folder."""
    told = [one for one in await node.folder.pairs() if one.standing is Standing.BOTH]
    return [
        *(f"{path}: not taken over: {one.problem}" for path, one in node.folder.faults.items()),
        *(f"{one.path}: {_WORDS[one.standing]} (hansa city diff)" for one in told),
    ]


def said(folder: Folder, pair: Pair) -> str:
    """How the two stand to each other."""
    fault = folder.faults.get(pair.path)
    if fault is not None and fault.digest == pair.file.digest:
        return f"not taken over: {fault.problem}"
    return _WORDS[pair.standing]


def _lines(pair: Pair) -> list[str]:
    ours = "" if pair.setting is None else pair.setting.text
    compared = difflib.unified_diff(
        pair.file.text.splitlines(),
        ours.splitlines(),
        f"folder/{pair.path}",
        f"console/{pair.path}",
        lineterm="",
    )
    return list(compared)


VERBS = {"city-diff": diff, "city-export": export_folder, "city-take": take}
