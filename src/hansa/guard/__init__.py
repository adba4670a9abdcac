"""The door: who acts, what may be seen and changed, and what is remembered about it."""

from hansa.guard.catalogue import Catalogue, Override, from_vocabulary, merge, read_overrides
from hansa.guard.chain import Head, Report, parse_head
from hansa.guard.door import Guard
from hansa.guard.journal import Journal, Kind, commit_entry, entry_of, verify_journal
from hansa.guard.model import (
    ACTUAL,
    Delegation,
    Fact,
    Grant,
    JournalEntry,
    PrivacyClass,
    RowRule,
    Terms,
    View,
    World,
)
from hansa.guard.sealing import PersonalRecord
from hansa.guard.store.schema import MIGRATIONS
from hansa.guard.vault import Found, Vault

__all__ = [
    "ACTUAL",
    "MIGRATIONS",
    "Catalogue",
    "Delegation",
    "Fact",
    "Found",
    "Grant",
    "Guard",
    "Head",
    "Journal",
    "JournalEntry",
    "Kind",
    "Override",
    "PersonalRecord",
    "PrivacyClass",
    "Report",
    "RowRule",
    "Terms",
    "Vault",
    "View",
    "World",
    "commit_entry",
    "entry_of",
    "from_vocabulary",
    "merge",
    "parse_head",
    "read_overrides",
    "verify_journal",
]
