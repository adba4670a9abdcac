"""The tables of the embedded store, as migrations: a step is never edited, only followed.

- `entity`: the state, rendered: `body` is the normalized document without system attributes
  and without personal values, so that a query joins bytes; NULL once deleted (the row stays,
  its history refers to it). `sys` holds stamps, `refs` the references into the vault.
- `value`, `geo`: indexes for `q` on attributes the vocabulary marks, and for `georel`.
- `history`: instances by (entity, shape, ord, change); see `context.store.history` for shapes
  and `context.store.state` for `ord`. `life`: when entities came and went.
- `log`: the change log, which is the bus between rooms; `fragment` is what a change set, NULL
  where history has it (quiet changes).
- `seen`: which attributes a type ever had, for discovery.
- `note`, `timer`, `outbox`, `consumer`, `holding`: the durable bookkeeping of the rooms.
- `segment`: the manifest of history that lies in Parquet files (see `context.store.segments`);
  `made` is a version of the manifest;
  `tombstone`: instances that are gone although a row or a file still holds them; `sealed_ref`:
  references into the vault that only files hold, until the vault was swept; `forgotten`:
  since when retention keeps the history of a type.
Shapes are interned in `name`; times are microseconds UTC.
"""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE part(
        part INTEGER PRIMARY KEY, tenant TEXT NOT NULL, world TEXT NOT NULL,
        UNIQUE(tenant, world));
    CREATE TABLE name(nid INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE entity(
        eid INTEGER PRIMARY KEY, part INTEGER NOT NULL, id TEXT NOT NULL, types TEXT NOT NULL,
        body BLOB, sys BLOB, refs BLOB, change INTEGER NOT NULL, created INTEGER NOT NULL,
        modified INTEGER NOT NULL, UNIQUE(part, id));
    CREATE TABLE entity_type(
        part INTEGER NOT NULL, type TEXT NOT NULL, eid INTEGER NOT NULL,
        PRIMARY KEY(part, type, eid)) WITHOUT ROWID;
    CREATE TABLE value(
        part INTEGER NOT NULL, attr TEXT NOT NULL, kind INTEGER NOT NULL, val NOT NULL,
        eid INTEGER NOT NULL, PRIMARY KEY(part, attr, kind, val, eid)) WITHOUT ROWID;
    CREATE VIRTUAL TABLE geo USING rtree(id, minx, maxx, miny, maxy);
    CREATE TABLE life(
        eid INTEGER NOT NULL, recorded INTEGER NOT NULL, n INTEGER NOT NULL,
        alive INTEGER NOT NULL, types TEXT NOT NULL,
        PRIMARY KEY(eid, recorded, n)) WITHOUT ROWID;
    CREATE TABLE history(
        eid INTEGER NOT NULL, shape INTEGER NOT NULL, ord INTEGER NOT NULL, n INTEGER NOT NULL,
        recorded INTEGER NOT NULL, observed INTEGER, back INTEGER NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY(eid, shape, ord, n)) WITHOUT ROWID;
    CREATE TABLE log(
        n INTEGER PRIMARY KEY, part INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
        types TEXT NOT NULL, fragment BLOB, removed TEXT NOT NULL, recorded INTEGER NOT NULL,
        committed INTEGER NOT NULL, actor TEXT NOT NULL, flags INTEGER NOT NULL);
    CREATE TABLE note(
        space TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL,
        PRIMARY KEY(space, key)) WITHOUT ROWID;
    CREATE TABLE timer(
        consumer TEXT NOT NULL, key TEXT NOT NULL, part INTEGER NOT NULL,
        due INTEGER NOT NULL, payload BLOB, PRIMARY KEY(consumer, key)) WITHOUT ROWID;
    CREATE INDEX timer_due ON timer(due);
    CREATE TABLE outbox(
        n INTEGER PRIMARY KEY AUTOINCREMENT, part INTEGER NOT NULL, kind TEXT NOT NULL,
        target TEXT NOT NULL, payload BLOB NOT NULL, headers BLOB NOT NULL,
        created INTEGER NOT NULL, due INTEGER NOT NULL, attempts INTEGER NOT NULL,
        state INTEGER NOT NULL, error TEXT NOT NULL);
    CREATE INDEX outbox_due ON outbox(state, due);
    CREATE TABLE consumer(name TEXT PRIMARY KEY, cursor INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE holding(
        part INTEGER NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL,
        PRIMARY KEY(part, key)) WITHOUT ROWID;
    CREATE TABLE seen(
        part INTEGER NOT NULL, type TEXT NOT NULL, attr TEXT NOT NULL,
        PRIMARY KEY(part, type, attr)) WITHOUT ROWID;
    """,
    """
    CREATE TABLE manifest(one INTEGER PRIMARY KEY CHECK(one=1), version INTEGER NOT NULL);
    INSERT INTO manifest VALUES(1, 0);
    CREATE TABLE segment(
        sid INTEGER PRIMARY KEY AUTOINCREMENT, part INTEGER NOT NULL, types TEXT NOT NULL,
        file TEXT NOT NULL, digest TEXT NOT NULL, sums TEXT NOT NULL, sums_digest TEXT NOT NULL,
        rows INTEGER NOT NULL, size INTEGER NOT NULL, recorded_low INTEGER NOT NULL,
        recorded_high INTEGER NOT NULL, observed_low INTEGER, observed_high INTEGER,
        ord_low INTEGER NOT NULL, ord_high INTEGER NOT NULL, made INTEGER NOT NULL);
    CREATE TABLE tombstone(
        eid INTEGER NOT NULL, attr TEXT NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL,
        made INTEGER NOT NULL, PRIMARY KEY(eid, attr, low, high)) WITHOUT ROWID;
    CREATE TABLE sealed_ref(ref TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE forgotten(
        part INTEGER NOT NULL, type TEXT NOT NULL, before INTEGER NOT NULL,
        PRIMARY KEY(part, type)) WITHOUT ROWID;
    """,
)
