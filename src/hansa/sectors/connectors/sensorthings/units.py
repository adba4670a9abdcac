"""A unit of a Datastream as its UN/CEFACT common code (pure).

Servers name units by UCUM code, by a definition at QUDT, or only by a symbol. Where definition
and symbol are both known and mean different quantities nobody can tell which is right, so the
symbol stands as it is and the mapping refuses it.
"""

from collections.abc import Mapping

from hansa.base.units import UNITS
from hansa.sectors.model import Json

UCUM: Mapping[str, str] = {
    "Cel": "CEL", "K": "KEL", "[degF]": "FAH",
    "g/L": "GL", "g/l": "GL", "mg/L": "M1", "mg/l": "M1", "mg/m3": "GP",
    "ug/L": "H29", "ug/l": "H29", "ug/m3": "GQ",
    "S/m": "D10", "S/cm": "H43", "mS/cm": "H61", "uS/cm": "G42", "uS/m": "G43",
    "[pH]": "Q30", "1": "C62", "%": "P1", "[ppm]": "59",
    "m": "MTR", "cm": "CMT", "mm": "MMT", "km": "KMT", "[ft_i]": "FOT", "[in_i]": "INH",
    "[mi_i]": "SMI", "m2": "MTK", "km2": "KMK", "[acr_us]": "ACR", "m3": "MTQ", "L": "LTR",
    "l": "LTR", "m3/s": "MQS", "m3/h": "MQH", "m3/d": "G52", "L/s": "G51", "L/min": "L2",
    "Pa": "PAL", "hPa": "A97", "kPa": "KPA", "mbar": "MBR", "bar": "BAR",
    "s": "SEC", "ms": "C26", "min": "MIN", "h": "HUR", "d": "DAY",
    "m/s": "MTS", "km/h": "KMH", "[kn_i]": "KNT",
    "V": "VLT", "mV": "2Z", "kV": "KVT", "A": "AMP", "W": "WTT", "kW": "KWT", "MW": "MAW",
    "W.h": "WHR", "kW.h": "KWH", "MW.h": "MWH",
    "kg": "KGM", "g": "GRM", "dB": "2N", "dB[A]": "2N", "lx": "LUX", "deg": "DD", "Hz": "HTZ",
}  # fmt: skip

QUDT: Mapping[str, str] = {
    "DEG_C": "CEL", "DegreeCelsius": "CEL", "K": "KEL", "Kelvin": "KEL", "DEG_F": "FAH",
    "PERCENT": "P1", "Percent": "P1", "PPM": "59", "UNITLESS": "C62", "NUM": "C62", "PH": "Q30",
    "MicroGM-PER-M3": "GQ", "MicrogramPerCubicMeter": "GQ", "MilliGM-PER-M3": "GP",
    "MilliGM-PER-L": "M1", "GM-PER-L": "GL", "MicroS-PER-CentiM": "G42", "S-PER-M": "D10",
    "M": "MTR", "Meter": "MTR", "CentiM": "CMT", "MilliM": "MMT", "KiloM": "KMT",
    "M3-PER-SEC": "MQS", "M3-PER-HR": "MQH", "L-PER-SEC": "G51",
    "PA": "PAL", "HectoPA": "A97", "KiloPA": "KPA", "BAR": "BAR", "MilliBAR": "MBR",
    "M-PER-SEC": "MTS", "MeterPerSecond": "MTS", "KiloM-PER-HR": "KMH", "KN": "KNT",
    "V": "VLT", "A": "AMP", "W": "WTT", "KiloW": "KWT", "KiloW-HR": "KWH",
    "SEC": "SEC", "MIN": "MIN", "HR": "HUR", "DAY": "DAY", "DeciB": "2N", "LUX": "LUX",
    "DEG": "DD", "HZ": "HTZ",
}  # fmt: skip

_SYMBOLS: Mapping[str, str] = {
    **UCUM,
    **{unit.symbol: unit.code for unit in UNITS.values()},
    "C": "CEL", "degC": "CEL", "ºC": "CEL", "F": "FAH", "°F": "FAH", "μg/m³": "GQ", "μg/m3": "GQ",
    "ug/m³": "GQ", "µg/m3": "GQ", "m³/s": "MQS", "m^3/s": "MQS", "uS/cm": "G42", "dBA": "2N",
    "dB(A)": "2N", "lux": "LUX",
}  # fmt: skip


def code_of(unit: Json) -> str | None:
    """The code of a `unitOfMeasurement`; its symbol where none is known; None where it has none."""
    if not isinstance(unit, dict):
        return None
    symbol = unit.get("symbol")
    by_symbol = _SYMBOLS.get(symbol.strip()) if isinstance(symbol, str) else None
    by_definition = _defined(unit.get("definition"))
    if by_definition is None or by_symbol is None:
        return by_definition or by_symbol or symbol
    same = UNITS[by_definition].quantity == UNITS[by_symbol].quantity
    return by_definition if same else symbol


def _defined(definition: Json) -> str | None:
    """By a UCUM code (`ucum:Cel`, `…ucum…#Cel`) or the last part of a QUDT address."""
    if not isinstance(definition, str):
        return None
    lower = definition.lower()
    last = definition.rstrip("/").replace("#", "/").rpartition("/")[2]
    if lower.startswith("ucum:"):
        return UCUM.get(definition[5:])
    if "qudt" in lower:
        return QUDT.get(last)
    if "ucum" in lower or "unitsofmeasure" in lower:
        return UCUM.get(definition.replace("#", "/").split("/", 3)[-1]) or UCUM.get(last)
    return UCUM.get(definition)
