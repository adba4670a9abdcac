"""The city's folder and the console as one truth of settings (docs/settings.md, ADR 5)."""

from hansa.app.folder.comparing import Pair, Standing
from hansa.app.folder.errors import BadSetting, EditedMeanwhile
from hansa.app.folder.folder import Edit, Edited, Folder
from hansa.app.folder.model import Setting

__all__ = [
    "BadSetting",
    "Edit",
    "Edited",
    "EditedMeanwhile",
    "Folder",
    "Pair",
    "Setting",
    "Standing",
]
