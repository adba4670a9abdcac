"""Options that several commands take, said once."""

from pathlib import Path

import click

CITY = click.option(
    "--city",
    type=click.Path(path_type=Path, file_okay=False),
    help="The city's folder (with city.yaml). A home that was used before remembers it.",
)
HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Where the city's store lives; made when it is not there.",
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")

PORT = click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
HOST = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
DATA = click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="The folder that holds the sources' files.",
)
