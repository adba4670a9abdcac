"""How people write units: the international symbol, or that of a language that has its own."""

from functools import cache
from importlib import resources
from pathlib import Path

from hansa.base import yamlfile
from hansa.base.units import UNITS


@cache  # of the package: asked for with each sentence that is read out
def symbols() -> dict[str, dict[str, str]]:
    """Symbols by UN/CEFACT code and language; `en` stands for the international one."""
    path = Path(str(resources.files("hansa.base") / "symbols.yaml"))
    own = yamlfile.load(path, dict[str, dict[str, str]])
    return {
        code: {"en": unit.symbol}
        | {language: signs[code] for language, signs in own.items() if code in signs}
        for code, unit in UNITS.items()
    }
