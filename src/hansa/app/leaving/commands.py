"""`hansa export`: what a city takes along."""

from pathlib import Path

import click

from hansa.app import call, printing
from hansa.app.options import AS_JSON, CITY, HOME


@click.command("export")
@CITY
@HOME
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--attachments", is_flag=True, help="Files that people attached, too: each is journalled."
)
@AS_JSON
def export(city: Path | None, home: Path, folder: Path, attachments: bool, as_json: bool) -> None:
    """Write everything the city holds into the new FOLDER, in open files.

    Entities and their history as JSON Lines (NGSI-LD), the settings as a city's folder, a list
    of all with digests. Nothing personal is in it, and no node stands up from it: for that there
    is `hansa backup`.
    """
    given = {"to": str(folder.resolve()), "attachments": attachments}
    printing.facts(call.verb(city, home, "export", given), as_json=as_json)
