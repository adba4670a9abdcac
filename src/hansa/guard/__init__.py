"""The door: who acts, what may be seen and changed, and what is remembered about it."""

from hansa.guard.accounts import Account, Accounts
from hansa.guard.attempts import is_loopback
from hansa.guard.authentication import Authentication, check_csrf
from hansa.guard.blobs import Blob, Blobs
from hansa.guard.catalogue import Catalogue, Override, from_vocabulary, merge, read_overrides
from hansa.guard.chain import Head, Report, parse_head
from hansa.guard.copies import (
    KeysThen,
    bring_keys,
    check_keys,
    copy_values,
    keep_keys,
    unreadable,
    without_keys,
)
from hansa.guard.door import Guard
from hansa.guard.houses import Stranger
from hansa.guard.journal import (
    Journal,
    Kind,
    Wanted,
    commit_entry,
    entry_of,
    head_in,
    verify_journal,
)
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
from hansa.guard.passkeys import Passkeys, Site, check_fresh
from hansa.guard.passwords import Passwords
from hansa.guard.persons import email, found_by, looks_like, name_words, telephone
from hansa.guard.policy import Area, Purpose, Role, load_roles
from hansa.guard.sealing import PersonalRecord
from hansa.guard.sessions import Opened, Rules, Sessions
from hansa.guard.shelves import Place, Shelves, shelves_at
from hansa.guard.store.schema import MIGRATIONS, VAULT_MIGRATIONS
from hansa.guard.tokens import Issued, Token, Tokens
from hansa.guard.vault import Found, Kept, Subject, Value, Vault

__all__ = [
    "ACTUAL",
    "MIGRATIONS",
    "VAULT_MIGRATIONS",
    "Account",
    "Accounts",
    "Area",
    "Authentication",
    "Blob",
    "Blobs",
    "Catalogue",
    "Delegation",
    "Fact",
    "Found",
    "Grant",
    "Guard",
    "Head",
    "Issued",
    "Journal",
    "JournalEntry",
    "Kept",
    "KeysThen",
    "Kind",
    "Opened",
    "Override",
    "Passkeys",
    "Passwords",
    "PersonalRecord",
    "Place",
    "PrivacyClass",
    "Purpose",
    "Report",
    "Role",
    "RowRule",
    "Rules",
    "Sessions",
    "Shelves",
    "Site",
    "Stranger",
    "Subject",
    "Terms",
    "Token",
    "Tokens",
    "Value",
    "Vault",
    "View",
    "Wanted",
    "World",
    "bring_keys",
    "check_csrf",
    "check_fresh",
    "check_keys",
    "commit_entry",
    "copy_values",
    "email",
    "entry_of",
    "found_by",
    "from_vocabulary",
    "head_in",
    "is_loopback",
    "keep_keys",
    "load_roles",
    "looks_like",
    "merge",
    "name_words",
    "parse_head",
    "read_overrides",
    "shelves_at",
    "telephone",
    "unreadable",
    "verify_journal",
    "without_keys",
]
