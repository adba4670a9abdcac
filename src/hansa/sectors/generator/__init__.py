"""An exercise city that lives: rows of all its sources, told by the city's clock.

The generator is a source like any other: it drops files, and the connector reads them. It knows
no type, no rule and no city; the city's `generator.yaml` does.
"""

from hansa.sectors.generator.burst import burst, burst_rows
from hansa.sectors.generator.files import render
from hansa.sectors.generator.play import Play
from hansa.sectors.generator.row import Row
from hansa.sectors.generator.rows import rows_between
from hansa.sectors.generator.run import SCRIPT, exercise_script, run_generator
from hansa.sectors.generator.script import Script, load_script

__all__ = [
    "SCRIPT",
    "Play",
    "Row",
    "Script",
    "burst",
    "burst_rows",
    "exercise_script",
    "load_script",
    "render",
    "rows_between",
    "run_generator",
]
