"""`hansa city`: the folder beside what was edited in the console."""

from pathlib import Path

import click
import orjson

from hansa.app import call, printing
from hansa.app.options import AS_JSON, CITY, HOME


@click.group()
def city() -> None:
    """The city's folder, and what was edited in the console."""


@city.command("diff")
@CITY
@HOME
@AS_JSON
def city_diff(city: Path | None, home: Path, as_json: bool) -> None:
    """Show where the folder and the settings in force differ."""
    answer = call.verb(city, home, "city-diff", {})
    if as_json:
        click.echo(orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode())
        return
    for one in answer["differences"]:
        click.echo(f"{one['path']}: {one['said']}")
        click.echo("\n".join([*one["diff"], ""]))
    if not answer["differences"]:
        click.echo("The folder says what is in force.")


@city.command("export")
@CITY
@HOME
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@AS_JSON
def city_export(city: Path | None, home: Path, folder: Path, as_json: bool) -> None:
    """Write the settings in force as a folder: a new FOLDER, or the city's own.

    Into the city's own folder nothing is written where somebody changed a file meanwhile.
    """
    answer = call.verb(city, home, "city-export", {"to": str(folder.resolve())})
    printing.facts({"folder": answer["folder"], "files": answer["files"]}, as_json=as_json)


@city.command("take")
@CITY
@HOME
@click.argument("path")
@click.option(
    "--from",
    "side",
    type=click.Choice(["folder", "console"]),
    required=True,
    help="Which of the two is in force from now on.",
)
def city_take(city: Path | None, home: Path, path: str, side: str) -> None:
    """Choose between folder and console for the file PATH (rules/air.yaml)."""
    answer = call.verb(city, home, "city-take", {"path": path, "from": side})
    click.echo(f"{answer['path']}: the {side}'s is in force, as change {answer['change']}.")
