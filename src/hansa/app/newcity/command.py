"""`hansa new`: from three spreadsheets to a folder and a home with its first accounts."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from hansa.app import printing
from hansa.app.home import Home
from hansa.app.newcity import accounts
from hansa.app.newcity.asking import (
    LANGUAGES,
    Asking,
    languages_checked,
    name_checked,
    zone_checked,
    zone_of_machine,
)
from hansa.app.newcity.draft import check_free, drafted
from hansa.app.newcity.gathering import Gathering
from hansa.app.newcity.naming import key_of
from hansa.app.newcity.planning import ADDRESSES, ORGANIZATIONS, WORKS
from hansa.base.clock import SystemClock
from hansa.base.problems import StoreRefused
from hansa.base.vocabulary import load_vocabulary

_TABLE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("new")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", default="", help="What the city is called.  [default: the folder's name]")
@click.option("--zone", default="", help="Its time zone.  [default: that of this machine]")
@click.option("--languages", default="", help="Some of en,ru,uk; the first one is spoken first.")
@click.option(
    "--organizations", type=_TABLE, help="Table of organisations with telephones, XLSX or CSV."
)
@click.option("--addresses", type=_TABLE, help="Table of houses with their zones of supply.")
@click.option("--works", type=_TABLE, help="Table of works that are open or planned.")
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the city's store will live; a new one.  [default: var/ and the folder's name]",
)
@click.option("--yes", is_flag=True, help="Ask nothing: flags and defaults are the answers.")
def new(folder: Path, home: Path | None, yes: bool, **given: Any) -> None:
    """Make the new city FOLDER out of three spreadsheets that the city has already.

    Shows of each what its columns were taken for, the first rows, and the rows that are refused,
    with line and reason. Each may be left out and brought later. Makes the first accounts in the
    home and prints their passwords once. Nothing that exists is overwritten.
    """
    folder = folder.absolute()
    home = (home or Path("var") / folder.name).absolute()
    check_free(folder)
    _check_new(home)
    asking = Asking(yes=yes)
    title = asking.text("What is the city called?", given["name"], folder.name, name_checked)
    zone = asking.text("Its time zone?", given["zone"], zone_of_machine(), zone_checked)
    languages = asking.text(
        "Its languages, the first one first?", given["languages"], ",".join(LANGUAGES),
        languages_checked,
    ).split(",")  # fmt: skip
    key = key_of(folder.name) or key_of(title) or "city"
    with drafted(folder, key, title, zone, languages) as draft:
        gathering = Gathering(draft, load_vocabulary(), SystemClock().now())
        for name, words, shown in (
            (ORGANIZATIONS, "Organisations", gathering.organizations),
            (ADDRESSES, "Houses", gathering.addresses),
            (WORKS, "Works", gathering.works),
        ):
            gathering.take(name, asking.table(words, given[name], shown))
        for line in gathering.finish():
            click.echo(line)
    _begin(folder, home, accounts.wanted(gathering.companies))


def _begin(folder: Path, home: Path, first: tuple[accounts.Given, ...]) -> None:
    """The home with its accounts; where that fails the folder goes, so that one can try again."""
    with _undone(folder):
        accounts.make(folder, home, first)
    click.echo(f"\nThe city is in {folder}. First accounts, their passwords shown this once:\n")
    printing.table(
        [{"account": one.name, "role": one.role, "password": one.password} for one in first],
        as_json=False,
    )
    click.echo(
        f"\nLook once more:  hansa doctor --city {folder} --home {home}"
        f"\nThen start:      hansa up --city {folder} --home {home}"
    )


@contextmanager
def _undone(folder: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        shutil.rmtree(folder)
        raise


def _check_new(home: Path) -> None:
    known = Home(home).remembered() if home.exists() else None
    if known is not None:
        raise StoreRefused(
            f"{home} is the home of {known[0]}",
            rule="a new city has a home of its own",
            remedy="name another one with --home",
        )
