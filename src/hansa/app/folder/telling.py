"""A setting as JSON: what a list says of it, and what its page shows; who may read its text."""

from collections.abc import Mapping
from typing import Any

import msgspec
import yaml

from hansa.app.folder.comparing import Pair, Standing
from hansa.app.folder.folder import Folder
from hansa.app.folder.model import AREAS, TYPE, Setting, area_of, kind_of
from hansa.base.problems import Forbidden, ResourceNotFound
from hansa.base.times import format_instant
from hansa.context import City
from hansa.guard import Grant


def short(pair: Pair, folder: Folder, may_edit: bool) -> dict[str, Any]:
    """A file in the list."""
    setting, standing = pair.setting, pair.standing
    fault = folder.faults.get(pair.path)
    if fault is not None and fault.digest != pair.file.digest:
        fault = None  # somebody mended it since
    return {
        "path": pair.path,
        "kind": kind_of(pair.path),
        "area": area_of(pair.path),
        "difference": Standing.SAME if standing is Standing.AGREED else standing,
        "mayEdit": may_edit,
        "fault": None if fault is None else fault.problem.document(),
        **_of_setting(setting),
    }


def _of_setting(setting: Setting | None) -> dict[str, Any]:
    if setting is None:
        return {"state": "new", "change": 0, "origin": "folder", "digest": ""}
    return {
        "state": "removed" if setting.removed else "inForce",
        "change": setting.change,
        "origin": setting.origin,
        "digest": setting.digest,
        "lines": setting.text.count("\n"),
        "editedBy": setting.edited_by,
        "editedAt": format_instant(setting.at),
        "comment": setting.comment,
    }


def whole(pair: Pair, folder: Folder, may_edit: bool) -> dict[str, Any]:
    """A file with its text, and the folder's where that is another."""
    text = "" if pair.setting is None else pair.setting.text
    told = {**short(pair, folder, may_edit), "text": text, "values": values_of(text)}
    if pair.standing not in (Standing.SAME, Standing.AGREED):
        file = pair.file
        told["folder"] = {"digest": file.digest, "text": file.text, "fault": file.fault}
    return told


def values_of(text: str) -> Any:
    """What the YAML says, for a page that shows it as a table; null where it says nothing."""
    try:
        return msgspec.to_builtins(yaml.safe_load(text), str_keys=True)
    except (yaml.YAMLError, TypeError, ValueError, RecursionError):
        return None


def kinds(folder: Folder, grant: Grant) -> list[Mapping[str, Any]]:
    """Every kind of file: whether there may be several, and whether the holder may add one."""
    return [
        {
            "kind": kind_of(name if name.endswith(".yaml") else f"{name}/a.yaml"),
            "several": not name.endswith(".yaml"),
            "mayEdit": folder.may(grant, name if name.endswith(".yaml") else f"{name}/a.yaml"),
        }
        for name in AREAS
    ]


def reads(city: City, grant: Grant, path: str) -> bool:
    """Whether the holder may read the text: who manages it, and who reads what is restricted."""
    if not kind_of(path):
        return False
    if city.guard.rights.manages(grant, area_of(path)):
        return True
    view = city.guard.view(grant)
    return view.admits((TYPE,)) and view.sees((TYPE,), "content")


def check_reads(city: City, grant: Grant, path: str) -> None:
    """Forbidden, or ResourceNotFound where no such file is edited here."""
    if not kind_of(path):
        raise ResourceNotFound(f"{path!r} is no file that is edited here", where="path")
    if not reads(city, grant, path):
        raise Forbidden(f"the role {grant.role} may not read {path}")
