"""Questions on a terminal, each with a default; with `yes` nobody is asked and defaults stand."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from hansa.base.problems import BadRequestData, Problem

LANGUAGES = ("en", "ru", "uk")
_ZONES = "zoneinfo/"
_LATER = "bring it later"


class Asking:
    """One conversation. `said` flags are answers already."""

    def __init__(self, *, yes: bool) -> None:
        self._yes = yes

    def text(self, question: str, said: str, default: str, check: Callable[[str], str]) -> str:
        """An answer that passes `check`; what a flag says is refused, what is typed asked again."""
        if said or self._yes:
            return check(said or default)
        while True:
            try:
                return check(click.prompt(question, default=default))
            except Problem as problem:
                click.echo(f"  {problem}")

    def table(
        self, what: str, said: Path | None, look: Callable[[Path], Iterable[str]]
    ) -> Path | None:
        """A file that was looked at and taken; None where it comes later."""
        path = said or self._file(what)
        while path is not None:
            click.echo(f"{what}: {path}")
            try:
                for line in look(path):
                    click.echo(line)
            except Problem as problem:
                if self._yes:
                    raise
                click.echo(f"  {problem}")
                path = self._file(what)
                continue
            if self._yes or self._take():
                return path
            path = self._file(what)
        click.echo(f"{what}: none, {_LATER}")
        return None

    def _file(self, what: str) -> Path | None:
        if self._yes:
            return None
        while answer := click.prompt(
            f"{what}: a file, XLSX or CSV (empty: {_LATER})", default="", show_default=False
        ):
            path = Path(str(answer)).expanduser()
            if path.is_file():
                return path
            click.echo(f"  there is no file {path}")
        return None

    def _take(self) -> bool:
        return click.confirm("Take it? (no: another file, or none)", default=True)


def zone_checked(name: str) -> str:
    """The name of a time zone that the machine knows."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadRequestData(
            f"{name!r} is no time zone", where="--zone", remedy="write for example Europe/Kyiv"
        ) from error
    return name


def languages_checked(text: str) -> str:
    """Languages that the console and the starter catalogue speak, with commas between."""
    given = [one.strip().lower() for one in text.split(",") if one.strip()]
    if not given or (unknown := set(given) - set(LANGUAGES)):
        raise BadRequestData(
            f"{', '.join(sorted(unknown)) if given else 'none'}: no language of the console",
            where="--languages",
            remedy=f"some of {', '.join(LANGUAGES)}, the first one is spoken first",
        )
    return ",".join(dict.fromkeys(given))


def name_checked(text: str) -> str:
    """A name that is not empty."""
    if not text.strip():
        raise BadRequestData("a city has a name", where="--name")
    return text.strip()


def zone_of_machine() -> str:
    """The time zone that this machine is set to; UTC where it does not say."""
    link = os.path.realpath("/etc/localtime")
    for name in (os.environ.get("TZ", ""), link.partition(_ZONES)[2]):
        try:
            return zone_checked(name.removeprefix(":"))
        except Problem:
            continue
    return "UTC"
