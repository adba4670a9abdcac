"""Units by their UN/CEFACT common code, and how one becomes another.

A reading without its unit is a number; a reading in the wrong unit is a wrong decision. Only
the codes that a city's data have needed are here (UN/CEFACT Recommendation 20); a code that is
not here is refused where it is read, and adding one is adding a line. Turbidity (FNU, NTU),
relative fluorescence and counts of bacteria have no code: the vocabulary says so in a note.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hansa.base.problems import BadRequestData

RULE = "UN/CEFACT Recommendation 20"


@dataclass(frozen=True, slots=True)
class Unit:
    """One code. A value times `factor` plus `offset` is the value in the quantity's reference."""

    code: str
    name: str
    symbol: str
    quantity: str
    factor: float = 1.0
    offset: float = 0.0


def unit_of(code: str) -> Unit:
    """The unit of a code; BadRequestData when the table does not have it."""
    found = UNITS.get(code)
    if found is None:
        raise BadRequestData(
            f"{code!r} is not a unit code that is known here",
            rule=RULE,
            remedy=f"use a common code such as {', '.join(sorted(UNITS)[:8])}, …",
        )
    return found


def convertible(source: str, target: str) -> bool:
    """Whether both codes are known and measure the same quantity."""
    return unit_of(source).quantity == unit_of(target).quantity


def convert(value: float, source: str, target: str) -> float:
    """The value in `target`; BadRequestData when the units measure different quantities.

    Rounded to 12 significant digits, so that 0.3 stays 0.3 and no digit is invented.
    """
    if source == target:
        return value
    here, there = unit_of(source), unit_of(target)
    if here.quantity != there.quantity:
        raise BadRequestData(
            f"{here.name} ({here.quantity}) cannot become {there.name} ({there.quantity})",
            rule=RULE,
        )
    reference = value * here.factor + here.offset
    return float(f"{(reference - there.offset) / there.factor:.12g}")


_TABLE = (
    # temperature: reference kelvin
    Unit("KEL", "kelvin", "K", "temperature"),
    Unit("CEL", "degree Celsius", "°C", "temperature", 1.0, 273.15),
    Unit("FAH", "degree Fahrenheit", "°F", "temperature", 5 / 9, 459.67 * 5 / 9),
    # mass concentration: reference kilogram per cubic metre
    Unit("GL", "gram per litre", "g/l", "mass concentration"),
    Unit("M1", "milligram per litre", "mg/l", "mass concentration", 1e-3),
    Unit("GP", "milligram per cubic metre", "mg/m³", "mass concentration", 1e-6),
    Unit("H29", "microgram per litre", "µg/l", "mass concentration", 1e-6),
    Unit("GQ", "microgram per cubic metre", "µg/m³", "mass concentration", 1e-9),
    # electric conductivity: reference siemens per metre
    Unit("D10", "siemens per metre", "S/m", "conductivity"),
    Unit("H43", "siemens per centimetre", "S/cm", "conductivity", 1e2),
    Unit("H61", "millisiemens per centimetre", "mS/cm", "conductivity", 1e-1),
    Unit("G42", "microsiemens per centimetre", "µS/cm", "conductivity", 1e-4),
    Unit("G43", "microsiemens per metre", "µS/m", "conductivity", 1e-6),
    # acidity
    Unit("Q30", "pH (potential of Hydrogen)", "pH", "acidity"),
    # proportion and count: reference one
    Unit("C62", "one", "1", "proportion"),
    Unit("P1", "percent", "%", "proportion", 1e-2),
    Unit("59", "part per million", "ppm", "proportion", 1e-6),
    # length: reference metre
    Unit("MTR", "metre", "m", "length"),
    Unit("CMT", "centimetre", "cm", "length", 1e-2),
    Unit("MMT", "millimetre", "mm", "length", 1e-3),
    Unit("KMT", "kilometre", "km", "length", 1e3),
    Unit("FOT", "foot", "ft", "length", 0.3048),
    Unit("INH", "inch", "in", "length", 0.0254),
    Unit("SMI", "mile (statute mile)", "mile", "length", 1609.344),
    # area and volume
    Unit("MTK", "square metre", "m²", "area"),
    Unit("KMK", "square kilometre", "km²", "area", 1e6),
    Unit("ACR", "acre", "acre", "area", 4046.873),
    Unit("MTQ", "cubic metre", "m³", "volume"),
    Unit("LTR", "litre", "l", "volume", 1e-3),
    # flow: reference cubic metre per second
    Unit("MQS", "cubic metre per second", "m³/s", "volume flow"),
    Unit("MQH", "cubic metre per hour", "m³/h", "volume flow", 1 / 3600),
    Unit("G52", "cubic metre per day", "m³/d", "volume flow", 1 / 86400),
    Unit("G51", "litre per second", "l/s", "volume flow", 1e-3),
    Unit("L2", "litre per minute", "l/min", "volume flow", 1e-3 / 60),
    # pressure: reference pascal
    Unit("PAL", "pascal", "Pa", "pressure"),
    Unit("A97", "hectopascal", "hPa", "pressure", 1e2),
    Unit("KPA", "kilopascal", "kPa", "pressure", 1e3),
    Unit("MBR", "millibar", "mbar", "pressure", 1e2),
    Unit("BAR", "bar", "bar", "pressure", 1e5),
    # time: reference second
    Unit("SEC", "second", "s", "time"),
    Unit("C26", "millisecond", "ms", "time", 1e-3),
    Unit("MIN", "minute", "min", "time", 60.0),
    Unit("HUR", "hour", "h", "time", 3600.0),
    Unit("DAY", "day", "d", "time", 86400.0),
    # speed: reference metre per second
    Unit("MTS", "metre per second", "m/s", "speed"),
    Unit("KMH", "kilometre per hour", "km/h", "speed", 1 / 3.6),
    Unit("KNT", "knot", "kn", "speed", 1852 / 3600),
    # electricity, power, energy
    Unit("VLT", "volt", "V", "voltage"),
    Unit("2Z", "millivolt", "mV", "voltage", 1e-3),
    Unit("KVT", "kilovolt", "kV", "voltage", 1e3),
    Unit("AMP", "ampere", "A", "electric current"),
    Unit("WTT", "watt", "W", "power"),
    Unit("KWT", "kilowatt", "kW", "power", 1e3),
    Unit("MAW", "megawatt", "MW", "power", 1e6),
    Unit("WHR", "watt hour", "W·h", "energy"),
    Unit("KWH", "kilowatt hour", "kW·h", "energy", 1e3),
    Unit("MWH", "megawatt hour", "MW·h", "energy", 1e6),
    # others
    Unit("KGM", "kilogram", "kg", "mass"),
    Unit("GRM", "gram", "g", "mass", 1e-3),
    Unit("2N", "decibel", "dB", "sound level"),
    Unit("LUX", "lux", "lx", "illuminance"),
    Unit("DD", "degree (angle)", "°", "angle"),
    Unit("HTZ", "hertz", "Hz", "frequency"),
)

UNITS: Mapping[str, Unit] = MappingProxyType({unit.code: unit for unit in _TABLE})
