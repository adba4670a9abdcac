"""The command `hansa`: what a person types; every verb works on a running home too.

A home has one owner. A verb claims the home and works on it; where a running node owns it
already, the verb goes to that node over the home's local socket, and answers the same.
"""

import sys
from pathlib import Path
from typing import Any

import click

from hansa import __version__
from hansa.app import call, manifest, maps, printing, restoring
from hansa.app.folder.commands import city as city_
from hansa.app.leaving.commands import export
from hansa.app.newcity.command import new
from hansa.app.options import AS_JSON, CITY, DATA, HOME, HOST, PORT
from hansa.app.replay import replay
from hansa.app.serve import serve
from hansa.base import garbage, logs
from hansa.base.clock import SystemClock
from hansa.base.problems import Problem


class _Speaking(click.Group):
    """A group whose refusals are said in one line, not as a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Problem as problem:
            click.echo(f"hansa: {problem}", err=True)
            sys.exit(1)


@click.group(cls=_Speaking, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="hansa")
def main() -> None:
    """The situation centre of one city: its data, what is wrong, who does what about it."""
    garbage.settle()
    logs.speak_on_standard_error()


@main.command()
@CITY
@HOME
@PORT
@HOST
@click.option(
    "--inbox",
    type=click.Path(path_type=Path, file_okay=False),
    help="The watched folder, one folder per source below it.  [default: HOME/inbox]",
)
@click.option("--generate/--no-generate", default=True, help="Run the city's generator, if any.")
def up(
    city: Path | None, home: Path, port: int, host: str, inbox: Path | None, generate: bool
) -> None:
    """Start the city's node: console, API, rules, desk, watched folder.

    Stops with Ctrl-C. The home is made when it is not there.
    """
    serve(city, home, host=host, port=port, inbox=inbox, generate=generate)


@main.command("replay")
@CITY
@HOME
@DATA
@click.option("--from", "since", required=True, help="First day, or a moment (RFC 3339).")
@click.option("--to", "until", required=True, help="The day after the last, or a moment.")
@click.option(
    "--speed",
    type=click.IntRange(1, 3600),
    default=600,
    show_default=True,
    help="Seconds of the past in one second; the console changes it.",
)
@PORT
@HOST
def replay_(
    city: Path | None,
    home: Path,
    data: Path,
    since: str,
    until: str,
    speed: int,
    port: int,
    host: str,
) -> None:
    """Live through past days again: rules and desk awake, each state at the time it was known.

    The node has a clock, a home and a world of its own and says so on every screen. Nothing
    personal is read, nobody is called. The same home goes on where its clock stood; at the end
    the clock stands and the node can still be read. Stops with Ctrl-C.
    """
    replay(city, home, data, since=since, until=until, speed=speed, host=host, port=port)


@main.command("import")
@CITY
@HOME
@DATA
@click.option("--source", "sources", multiple=True, help="Only this source; may be repeated.")
@click.option("--evaluate", is_flag=True, help="Let rules and desk act on what is imported.")
@AS_JSON
def import_(
    city: Path | None,
    home: Path,
    data: Path,
    sources: tuple[str, ...],
    evaluate: bool,
    as_json: bool,
) -> None:
    """Read a folder of files through the city's mappings.

    Prints per source and file: rows read, accepted, refused, and what changed. The same file
    twice changes nothing. Refused rows wait in quarantine with file, line and rule.
    """
    answer = call.verb(
        city,
        home,
        "import",
        {"data": str(data.resolve()), "sources": list(sources), "evaluate": evaluate},
    )
    printing.table(answer["files"], as_json=as_json, whole=answer)


@main.group()
def rules() -> None:
    """The city's rules."""


@rules.command("test")
@CITY
@HOME
@click.option("--rule", help="Only this rule.")
@click.option("--from", "since", help="Begin of the span, RFC 3339.  [default: all history]")
@click.option("--to", "until", help="End of the span, RFC 3339.")
@AS_JSON
def rules_test(
    city: Path | None,
    home: Path,
    rule: str | None,
    since: str | None,
    until: str | None,
    as_json: bool,
) -> None:
    """Say when each rule would have fired on what the home remembers, and for how long.

    First each rule in sum: how often, hours open in all and the longest, share of the span in
    percent, the most at once, still open at the end. Nothing is written: no alert, no incident.
    """
    answer = call.verb(city, home, "rules-test", {"rule": rule, "from": since, "to": until})
    if not as_json:
        printing.table(answer["summaries"], as_json=False)
        click.echo()
    printing.table(answer["firings"], as_json=as_json, whole=answer)


@main.group()
def user() -> None:
    """The people who may sign in."""


@user.command("add")
@CITY
@HOME
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, help="May be repeated.")
@click.option("--organization", default="", help="Of a dispatcher or head: its URI.")
@click.option("--house", is_flag=True, help="May sign in through the city's other house, too.")
@click.password_option(help="Asked for when not given.")
def user_add(city: Path | None, home: Path, roles: tuple[str, ...], **given: Any) -> None:
    """Add the account NAME with one or more roles."""
    call.verb(city, home, "user-add", {**given, "roles": list(roles)})
    click.echo(f"{given['name']} may now sign in as {', '.join(roles)}.")


@user.command("list")
@CITY
@HOME
@AS_JSON
def user_list(city: Path | None, home: Path, as_json: bool) -> None:
    """List the accounts with their roles."""
    answer = call.verb(city, home, "user-list", {})
    printing.table(answer["accounts"], as_json=as_json)


@user.command("password")
@CITY
@HOME
@click.argument("name")
@click.password_option(help="Asked for when not given.")
def user_password(city: Path | None, home: Path, name: str, password: str) -> None:
    """Set a new password for the account NAME and end its sessions."""
    call.verb(city, home, "user-password", {"name": name, "password": password})
    click.echo(f"{name} has a new password.")


@user.command("disable")
@CITY
@HOME
@click.argument("name")
def user_disable(city: Path | None, home: Path, name: str) -> None:
    """Take the right to sign in from the account NAME, and end its sessions."""
    call.verb(city, home, "user-disable", {"name": name})
    click.echo(f"{name} may no longer sign in.")


@main.group()
def token() -> None:
    """The programs that may use the city's interface."""


@token.command("issue")
@CITY
@HOME
@click.argument("name")
@click.option("--role", default="api", show_default=True, help="What it may see and write.")
@click.option(
    "--days",
    type=click.IntRange(1, 3650),
    default=365,
    show_default=True,
    help="How long it lasts.",
)
@click.option("--tenant", default="", help="The NGSI-LD tenant.  [default: the city's own]")
@click.option("--source", default="", help="With --role source: the URI of its DataSource.")
@AS_JSON
def token_issue(
    city: Path | None,
    home: Path,
    name: str,
    role: str,
    days: int,
    tenant: str,
    source: str,
    as_json: bool,
) -> None:
    """Give the program NAME a token, shown once; an older one of that name ends.

    The program sends it as `Authorization: Bearer TOKEN`.
    """
    asked = {"name": name, "role": role, "days": days, "tenant": tenant, "source": source}
    printing.facts(call.verb(city, home, "token-issue", asked), as_json=as_json)


@token.command("list")
@CITY
@HOME
@AS_JSON
def token_list(city: Path | None, home: Path, as_json: bool) -> None:
    """List the programs that hold a token, with role and end."""
    answer = call.verb(city, home, "token-list", {})
    printing.table(answer["tokens"], as_json=as_json)


@token.command("revoke")
@CITY
@HOME
@click.argument("name")
def token_revoke(city: Path | None, home: Path, name: str) -> None:
    """End the token of the program NAME."""
    call.verb(city, home, "token-revoke", {"name": name})
    click.echo(f"{name} has no token any more.")


@main.group()
def journal() -> None:
    """What was done and looked at, by whom and why."""


@journal.command("verify")
@CITY
@HOME
@click.option("--head", help="A head remembered from before; the chain must pass through it.")
@AS_JSON
def journal_verify(city: Path | None, home: Path, head: str | None, as_json: bool) -> None:
    """Follow the journal's hash chain from its first entry to its last.

    Exit code 2 where an entry was changed, removed, added or moved. Keep the head it prints:
    only against a remembered head does a tail that was cut off show.
    """
    answer = call.verb(city, home, "journal-verify", {"head": head})
    printing.facts(answer, as_json=as_json)
    if not answer["intact"]:
        sys.exit(2)


@main.group()
def quarantine() -> None:
    """Rows that were refused, with file, line, field and rule."""


@quarantine.command("list")
@CITY
@HOME
@click.option("--source", help="Only this source.")
@AS_JSON
def quarantine_list(city: Path | None, home: Path, source: str | None, as_json: bool) -> None:
    """List the refused rows."""
    answer = call.verb(city, home, "quarantine-list", {"source": source})
    printing.table(answer["rows"], as_json=as_json)


@quarantine.command("rerun")
@CITY
@HOME
@click.option("--source", required=True, help="The source whose mapping was mended.")
@AS_JSON
def quarantine_rerun(city: Path | None, home: Path, source: str, as_json: bool) -> None:
    """Map the refused rows of a source again, after its mapping was mended."""
    answer = call.verb(city, home, "quarantine-rerun", {"source": source})
    printing.table(answer["files"], as_json=as_json, whole=answer)


@main.group("backup")
def backup_() -> None:
    """Copies of a city that can stand up elsewhere."""


@backup_.command("make")
@CITY
@HOME
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    help="The new folder of this backup.",
)
@AS_JSON
def backup_make(city: Path | None, home: Path, folder: Path, as_json: bool) -> None:
    """Make a backup of the home while it is in use.

    It shows the city as of one change number. It holds the store and the city's folder, but not
    the keys of personal values: see `hansa backup keys`.
    """
    answer = call.verb(city, home, "backup-make", {"to": str(folder.resolve())})
    printing.facts(answer, as_json=as_json)


@backup_.command("keys")
@CITY
@HOME
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="A folder of the keys' own: new, or with an older copy, which is replaced.",
)
def backup_keys(city: Path | None, home: Path, folder: Path) -> None:
    """Copy the keys of personal values, with the list of who was erased.

    Keep them away from the backups and keep one copy only: an older one could still open what
    was erased since.
    """
    call.verb(city, home, "backup-keys", {"to": str(folder.resolve())})
    click.echo(f"The keys are in {folder}.")


@backup_.command("verify")
@click.argument("folder", type=click.Path(path_type=Path))
@AS_JSON
def backup_verify(folder: Path, as_json: bool) -> None:
    """Compare every file of the backup FOLDER with its hash."""
    made = manifest.verify(folder)
    answer = {
        "city": made.city,
        "world": made.world,
        "made": made.at,
        "change": made.change,
        "files": len(made.files),
        "bytes": made.size,
        "journal": made.journal,
    }
    printing.facts(answer, as_json=as_json)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The new home; made when it is not there, and refused when it is not empty.",
)
@click.option(
    "--keys",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder with the city's keys and its list of erasures.  [default: none]",
)
@click.option(
    "--city",
    type=click.Path(path_type=Path, file_okay=False),
    help="The city's folder.  [default: the one in the backup]",
)
@AS_JSON
def restore(folder: Path, home: Path, keys: Path | None, city: Path | None, as_json: bool) -> None:
    """Make a new home from the backup FOLDER.

    The backup is verified first and nothing is overwritten. Without --keys the personal values
    stay unreadable in the new home; with them, who was erased since the backup stays erased.
    """
    answer = restoring.restore(restoring.Wanted(folder, home, keys, city), SystemClock())
    printing.facts(answer, as_json=as_json)
    if keys is None and answer[restoring.UNREADABLE]:
        click.echo(
            "The personal values cannot be read in this home: it has no keys for them. To read"
            " them, restore once more into another home with --keys."
        )


@main.command()
@CITY
@HOME
@click.argument("day", default="")
@click.option("--at", "hour", help="Hour of the day, 06:00.  [default: the city's report hour]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "html", "pdf"]),
    default="json",
    show_default=True,
    help="JSON with every line's basis, a page, or a document to print and keep.",
)
@click.option("--language", help="Of a page.  [default: the city's first]")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File or folder to write to.  [default: standard output]",
)
@click.option("--keep", is_flag=True, help="Remember in the city that this report was made.")
def report(
    city: Path | None,
    home: Path,
    day: str,
    hour: str | None,
    form: str,
    language: str | None,
    out: Path | None,
    keep: bool,
) -> None:
    """Make the situation report of DAY (2015-07-15) from what was known then.

    Without DAY, of the last day whose hour has come. The same day gives the same JSON, byte by
    byte. In a folder, the file of an exercise is named EXERCISE-….
    """
    asked = {"day": day, "at": hour, "format": form, "language": language, "keep": keep}
    printing.whole_file(call.verb(city, home, "report", asked), out)


@main.group()
def history() -> None:
    """What the city knew, sealed into files beside its store."""


@history.command("seal")
@CITY
@HOME
@click.option("--all", "everything", is_flag=True, help="Of every type, be it only a few rows.")
@AS_JSON
def history_seal(city: Path | None, home: Path, everything: bool, as_json: bool) -> None:
    """Seal history older than a day now; a running node does it every hour by itself.

    Prints how many rows left the store, how many files were written and how many merged.
    """
    answer = call.verb(city, home, "history-seal", {"all": everything})
    printing.facts(answer, as_json=as_json)


main.add_command(maps.map_)


@main.command()
@CITY
@HOME
@AS_JSON
def doctor(city: Path | None, home: Path, as_json: bool) -> None:
    """Check the city's folder, the home and the store, and say what to mend.

    Exit code 2 where something is wrong.
    """
    answer = call.verb(city, home, "doctor", {})
    printing.table(answer["checks"], as_json=as_json, whole=answer)
    if any(check["state"] == "wrong" for check in answer["checks"]):
        sys.exit(2)


main.add_command(city_)
main.add_command(new)
main.add_command(export)

if __name__ == "__main__":
    main()
