"""Answers of verbs as a person reads them, or as JSON."""

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import orjson


def table(
    rows: Sequence[Mapping[str, Any]], *, as_json: bool, whole: Mapping[str, Any] | None = None
) -> None:
    """Rows under their column names; numbers stand right."""
    if as_json:
        _json(rows if whole is None else whole)
        return
    if not rows:
        click.echo("nothing to show")
        return
    columns = list(rows[0])
    cells = [[_text(row.get(column)) for column in columns] for row in rows]
    widths = [
        max(len(column), *(len(line[index]) for line in cells))
        for index, column in enumerate(columns)
    ]
    right = [all(isinstance(row.get(column), int | float) for row in rows) for column in columns]
    for line in (columns, *cells):
        click.echo(
            "  ".join(_pad(*cell) for cell in zip(line, widths, right, strict=True)).rstrip()
        )


def facts(answer: Mapping[str, Any], *, as_json: bool) -> None:
    """One fact on each line."""
    if as_json:
        _json(answer)
        return
    width = max(len(name) for name in answer)
    for name, value in answer.items():
        click.echo(f"{name:<{width}}  {_text(value)}")


def whole_file(answer: Mapping[str, Any], out: Path | None) -> None:
    """The bytes of a file: into a folder under its own name, into a file, or as they are."""
    made = base64.b64decode(answer["base64"])
    if out is None:
        click.echo(made, nl=False)
        return
    target = out / answer["file"] if out.is_dir() else out
    target.write_bytes(made)
    click.echo(str(target), err=True)


def _pad(text: str, width: int, right: bool) -> str:
    return text.rjust(width) if right else text.ljust(width)


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:,.1f}"
        case int():
            return f"{value:,}"
        case _:
            return str(value)


def _json(value: Any) -> None:
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())
