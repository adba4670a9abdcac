"""Tables of guard in the city's store, and those of the vault's two files.

A step, once released, is never edited: a change is a new step at the end.
"""

MIGRATIONS: tuple[str, ...] = (
    # The chain: hash = SHA-256(hash of the row before + body). `kind` repeats a member of the
    # body so that what is not a commit can be listed; verification compares the two.
    """
    CREATE TABLE guard_journal(
        number INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        body BLOB NOT NULL,
        hash BLOB NOT NULL
    )
    """,
    "CREATE INDEX guard_journal_kind ON guard_journal(kind, number) WHERE kind <> 'commit'",
    """
    CREATE TABLE guard_account(
        name TEXT PRIMARY KEY,
        roles TEXT NOT NULL,
        password TEXT NOT NULL,
        disabled INTEGER NOT NULL DEFAULT 0,
        created INTEGER NOT NULL,
        changed INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
    # One session per account: the constraint keeps the rule, whatever the code does.
    # A visitor who picked a role has no account (NULL, which SQLite lets stand many times).
    """
    CREATE TABLE guard_session(
        hash BLOB PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        account TEXT UNIQUE REFERENCES guard_account(name) ON DELETE CASCADE,
        actor TEXT NOT NULL,
        role TEXT NOT NULL,
        opened INTEGER NOT NULL,
        seen INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE guard_token(
        name TEXT PRIMARY KEY,
        hash BLOB NOT NULL UNIQUE,
        role TEXT NOT NULL,
        tenant TEXT NOT NULL,
        created INTEGER NOT NULL,
        ends INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE guard_terms(
        party TEXT PRIMARY KEY, version INTEGER NOT NULL, valid_from INTEGER NOT NULL,
        valid_until INTEGER NOT NULL, attributes TEXT NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE guard_delegation(
        principal TEXT NOT NULL, acting TEXT NOT NULL, role TEXT NOT NULL,
        version INTEGER NOT NULL, valid_from INTEGER NOT NULL, valid_until INTEGER NOT NULL,
        PRIMARY KEY (principal, acting, role)
    ) WITHOUT ROWID
    """,
    "ALTER TABLE guard_account ADD COLUMN organization TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE guard_session ADD COLUMN organization TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE guard_account ADD COLUMN version INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE guard_token ADD COLUMN source TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE guard_token ADD COLUMN used INTEGER",
    "ALTER TABLE guard_token ADD COLUMN version INTEGER NOT NULL DEFAULT 1",
    # Keyed by the appointment: somebody may act for the same person this summer and the next.
    "DROP TABLE guard_delegation",
    """
    CREATE TABLE guard_delegated(
        id TEXT PRIMARY KEY, principal TEXT NOT NULL, acting TEXT NOT NULL, role TEXT NOT NULL,
        organization TEXT NOT NULL, rights TEXT NOT NULL, version INTEGER NOT NULL,
        valid_from INTEGER NOT NULL, valid_until INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE guard_acting(
        session TEXT PRIMARY KEY REFERENCES guard_session(id) ON DELETE CASCADE,
        delegation TEXT NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE guard_passkey(
        id BLOB PRIMARY KEY,
        account TEXT NOT NULL REFERENCES guard_account(name) ON DELETE CASCADE,
        name TEXT NOT NULL,
        key BLOB NOT NULL,
        count INTEGER NOT NULL,
        created INTEGER NOT NULL,
        used INTEGER
    ) WITHOUT ROWID
    """,
    "CREATE INDEX guard_passkey_account ON guard_passkey(account)",
    # Who of another house an account belongs to, from the first sign-in on: a name there may be
    # given to somebody else later, a subject never is (OpenID Connect Core 1.0, 2).
    """
    CREATE TABLE guard_house(
        subject TEXT PRIMARY KEY,
        account TEXT NOT NULL UNIQUE REFERENCES guard_account(name) ON DELETE CASCADE
    ) WITHOUT ROWID
    """,
    # Whether an administrator lets it be entered through the other house: a name alone is no proof.
    "ALTER TABLE guard_account ADD COLUMN house INTEGER NOT NULL DEFAULT 0",
)

# personal.db: what is sealed, and tombstones (nonce, sealed, same, search NULL) of what was
# erased. `same` marks the value; `search` what else it is found by, NULL where nothing.
# `subject` is a keyed mark: a telephone number that names a person is no readable key here.
# A reference begins with its number, so it needs no index of its own.
VAULT_MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE vault_record(
        number INTEGER PRIMARY KEY,
        ref TEXT NOT NULL,
        subject BLOB NOT NULL,
        key BLOB NOT NULL,
        entity TEXT NOT NULL,
        attribute TEXT NOT NULL,
        nonce BLOB,
        sealed BLOB,
        same BLOB,
        search BLOB,
        created INTEGER NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX vault_record_same ON vault_record(same, entity)",
    "CREATE INDEX vault_record_search ON vault_record(search) WHERE search IS NOT NULL",
    "CREATE INDEX vault_record_subject ON vault_record(subject)",
    "CREATE INDEX vault_record_gone ON vault_record(entity, attribute) WHERE same IS NULL",
    "CREATE TABLE vault_mark(name TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID",
    # Whose telephone a value came with, or whose record it speaks of: a keyed mark, NULL for none.
    # With it one record can hold values of two people, each under a subject of their own.
    "ALTER TABLE vault_record ADD COLUMN person BLOB",
    "CREATE INDEX vault_record_person ON vault_record(entity) WHERE person IS NOT NULL",
    "DROP INDEX vault_record_same",
    "CREATE UNIQUE INDEX vault_record_same ON vault_record(same, entity, subject)",
)

# keys/keys.db: `own` is 1 for a key that seals one record only (free text).
KEY_MIGRATIONS: tuple[str, ...] = (
    "CREATE TABLE vault_secret(name TEXT PRIMARY KEY, secret BLOB NOT NULL) WITHOUT ROWID",
    """
    CREATE TABLE vault_key(
        subject BLOB NOT NULL,
        id BLOB NOT NULL,
        own INTEGER NOT NULL,
        key BLOB NOT NULL,
        PRIMARY KEY (subject, id)
    ) WITHOUT ROWID
    """,
)
