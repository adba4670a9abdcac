"""What the engine's errors mean to a person: a full disk, a damaged file, a disk that fails.

Raw errors of the engine would reach a client as a fault of ours with a number; these three are
things that somebody can mend, and reads go on meanwhile where they can.
"""

from pathlib import Path

import apsw

from hansa.base.problems import HANSA, StoreRefused


class StoreFull(StoreRefused):
    """There is no room to write; what was asked was not done, and reads go on."""

    type = HANSA + "store-full"
    title = "The disk is full"
    status = 507  # Insufficient Storage, RFC 4918 section 11.5


class StoreDamaged(StoreRefused):
    """A file of the store is not what was written there."""

    type = HANSA + "store-damaged"
    title = "The store is damaged"


FAULTS = (apsw.FullError, apsw.CorruptError, apsw.NotADBError, apsw.IOError)


def meaning(error: Exception, path: Path) -> Exception:
    """The refusal that an error of the engine stands for; any other error as it is."""
    match error:
        case apsw.FullError():
            return StoreFull(
                f"there is no room to write to {path.name}",
                where=str(path),
                remedy="make room on the disk; writing then goes on by itself",
            )
        case apsw.CorruptError() | apsw.NotADBError():
            return StoreDamaged(
                f"{path.name} is damaged: {error}",
                where=str(path),
                remedy="stop the node and restore a backup into a new home: hansa restore",
            )
        case apsw.IOError():
            return StoreRefused(
                f"the disk did not do what was asked of it: {error}",
                where=str(path),
                remedy="look at the system's log for errors of the disk",
            )
        case _:
            return error


def undoing(error: Exception) -> apsw.Error:
    """The fault for which the engine undid a whole transaction.

    The engine's savepoint finds its transaction gone and says so instead; the fault stands before.
    """
    for found in (error, error.__context__):
        if isinstance(found, FAULTS):
            return found
    return apsw.FullError("a full disk or an I/O error undid the transaction")
