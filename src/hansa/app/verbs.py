"""What the commands do, on a node that is open: offline by the command, or in the running one.

Each verb takes plain JSON and answers plain JSON, because it may have come over the socket.
"""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from hansa import sectors
from hansa.app import backup
from hansa.app.doctor import examine
from hansa.app.folder import verbs as of_folder
from hansa.app.leaving import whole
from hansa.app.node import Node
from hansa.app.reports import report
from hansa.app.trial import rules_test
from hansa.base import times
from hansa.base.problems import BadRequestData
from hansa.guard import parse_head

Arguments: TypeAlias = Mapping[str, Any]
Verb: TypeAlias = Callable[[Node, Arguments], Awaitable[Any]]


async def import_data(node: Node, given: Arguments) -> Any:
    """Read a folder through the city's mappings."""
    report = await sectors.import_folder(
        node.city,
        node.sources,
        Path(given["data"]),
        only=given["sources"],
        quiet=not given["evaluate"],
        alone=not node.supervisor.health,
    )
    return {"files": [_file(one) for one in report.files]}


def _file(one: sectors.FileReport) -> Any:
    row: dict[str, Any] = {
        "source": one.source,
        "file": one.file,
        "read": one.read,
        "accepted": one.accepted,
        "refused": one.refused,
        "changed": one.changed,
    }
    if one.skipped:
        row["note"] = "known already"
    if one.trouble is not None:
        row["note"] = str(one.trouble)
    return row


async def user_add(node: Node, given: Arguments) -> Any:
    """A new account."""
    guard = node.city.guard
    account = await guard.accounts.create(
        *(guard.operator(), given["name"], given["password"], given["roles"]),
        organization=given.get("organization", ""),
        house=given.get("house", False),
    )
    return {"name": account.name}


async def user_list(node: Node, _: Arguments) -> Any:
    """The accounts."""
    guard = node.city.guard
    accounts = await guard.accounts.all(guard.operator())
    return {
        "accounts": [
            {
                "name": one.name,
                "roles": ", ".join(one.roles),
                "disabled": one.disabled,
                "since": times.format_instant(one.created),
            }
            for one in accounts
        ]
    }


async def user_password(node: Node, given: Arguments) -> Any:
    """Another password."""
    guard = node.city.guard
    await guard.accounts.set_password(guard.operator(), given["name"], given["password"])
    return {}


async def user_disable(node: Node, given: Arguments) -> Any:
    """Nobody signs in with the account any more."""
    guard = node.city.guard
    await guard.accounts.disable(guard.operator(), given["name"])
    return {}


async def token_issue(node: Node, given: Arguments) -> Any:
    """A token for a program."""
    guard = node.city.guard
    issued = await guard.tokens.issue(
        guard.operator(),
        given["name"],
        given["role"],
        days=given["days"],
        tenant=given["tenant"],
        source=given.get("source", ""),
    )
    return {"token": issued.token, "ends": times.format_instant(issued.ends)}


async def token_list(node: Node, _: Arguments) -> Any:
    """The programs that hold one."""
    guard = node.city.guard
    return {
        "tokens": [
            {
                "name": one.name,
                "role": one.role,
                "source": one.source,
                "ends": times.format_instant(one.ends),
                "used": one.used and times.format_instant(one.used),
            }
            for one in guard.tokens.all(guard.operator())
        ]
    }


async def token_revoke(node: Node, given: Arguments) -> Any:
    """The program's token ends."""
    guard = node.city.guard
    await guard.tokens.revoke(guard.operator(), given["name"])
    return {}


async def journal_verify(node: Node, given: Arguments) -> Any:
    """Follow the chain."""
    try:
        expected = parse_head(given["head"]) if given["head"] else None
    except ValueError as error:
        raise BadRequestData(
            str(error), where="--head", remedy="give the line that verify printed as head"
        ) from error
    report = await node.city.guard.journal.verify(expected)
    answer: dict[str, Any] = {
        "intact": report.intact,
        "entries": report.rows,
        "head": str(report.head),
    }
    if not report.intact:
        answer |= {"broken": report.broken, "reason": report.reason}
    return answer


async def quarantine_list(node: Node, given: Arguments) -> Any:
    """Refused rows with their reasons."""
    chosen = (
        node.sources if given["source"] is None else [sectors.named(node.sources, given["source"])]
    )
    return {
        "rows": [
            {
                "source": source.name,
                "file": one.file,
                "line": one.line,
                "field": one.field,
                "rule": one.rule,
                "detail": one.detail,
            }
            for source in chosen
            for one in await sectors.quarantine(node.city, source)
        ]
    }


async def quarantine_rerun(node: Node, given: Arguments) -> Any:
    """Map refused rows again."""
    report = await sectors.rerun(node.city, sectors.named(node.sources, given["source"]))
    return {"files": [_file(one) for one in report.files]}


async def backup_make(node: Node, given: Arguments) -> Any:
    """A backup of the city in a new folder."""
    made = await backup.make(node, Path(given["to"]))
    return {
        "backup": given["to"],
        "change": made.change,
        "files": len(made.files),
        "bytes": made.size,
        "journal": made.journal,
    }


async def backup_keys(node: Node, given: Arguments) -> Any:
    """A copy of the keys in a folder of their own."""
    await backup.keep(node, Path(given["to"]))
    return {}


async def export(node: Node, given: Arguments) -> Any:
    """Everything the city holds, in a new folder of open files."""
    return await whole.export(node, Path(given["to"]), attachments=given["attachments"])


async def history_seal(node: Node, given: Arguments) -> Any:
    """History older than a day goes into files, small files become one."""
    sealer = node.city.sealer
    done = await (sealer.round(few=1) if given["all"] else sealer.round())
    return {"rows": done.rows, "written": done.written, "merged": done.merged}


async def doctor(node: Node, _: Arguments) -> Any:
    """What is well and what is not."""
    return {"checks": await examine(node)}


VERBS: Mapping[str, Verb] = {
    "import": import_data,
    "user-add": user_add,
    "user-list": user_list,
    "user-password": user_password,
    "user-disable": user_disable,
    "token-issue": token_issue,
    "token-list": token_list,
    "token-revoke": token_revoke,
    "journal-verify": journal_verify,
    "rules-test": rules_test,
    "quarantine-list": quarantine_list,
    "quarantine-rerun": quarantine_rerun,
    "backup-make": backup_make,
    "backup-keys": backup_keys,
    "history-seal": history_seal,
    "export": export,
    "doctor": doctor,
    "report": report,
    **of_folder.VERBS,
}
