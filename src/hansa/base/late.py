"""Packages that are imported when they are first asked for, because most nodes never need them.

Each of them is a tenth of a second and some megabytes of every start. The plain `import` stands
beside, where the type checker and the contracts see it:

    if TYPE_CHECKING:
        import webauthn
    else:
        webauthn = Late("webauthn")
"""

from importlib import import_module
from typing import Any


class Late:
    """Stands for a module until something of it is asked for."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._module), name)
