"""The queue's database: opened to read or to write, its schema, and those of earlier versions."""

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from esr_core.errors import DamagedQueueError, JobError
from esr_core.records import HERE, JobInfo

LOCKED_AFTER_S = 5.0
SHARED_MEMORY_BYTES = 32 * 2**10  # of the file that lies beside an open database in WAL mode
VERSION = 1  # of the schema, as user_version of the database; 0 in those made before there was one
# stop_asked is for earlier versions, which write it and may share the queue; how long a stop takes, the worker counts.
SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    job_id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, state TEXT NOT NULL, priority INTEGER NOT NULL,
    device TEXT NOT NULL, submitted REAL NOT NULL, slot TEXT, started REAL, ended REAL, stop_asked REAL, pid INTEGER,
    process_started REAL, message TEXT NOT NULL DEFAULT '', position REAL NOT NULL, place TEXT, submission TEXT
);
CREATE INDEX IF NOT EXISTS by_state ON jobs (state);
CREATE UNIQUE INDEX IF NOT EXISTS one_at_a_time ON jobs (run_id)
    WHERE state IN ('queued', 'starting', 'running', 'stopping');
CREATE TABLE IF NOT EXISTS submissions (token TEXT PRIMARY KEY, submitted REAL NOT NULL);
CREATE TABLE IF NOT EXISTS pause (reason TEXT NOT NULL);
"""
OLDER_PLACE = f"COALESCE('ray:' || {{cluster}}, CASE state WHEN 'queued' THEN NULL ELSE '{HERE}' END)"
"""The place of a job where ``cluster`` had an address, or nothing: then a worker chose as long as it waited."""


@contextmanager
def transaction(path: Path) -> Iterator[sqlite3.Connection]:
    """The database within one transaction that writes, which an exception takes back; created where there is none.

    Raises:
        JobError: if it stays locked, cannot be written, or is of a later version.
        DamagedQueueError: if it is torn, or no database.
    """
    with _errors_as_sentences(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=LOCKED_AFTER_S, isolation_level=None)) as database:
            _require_known(path, database)
            _make_ready(database)
            database.execute("PRAGMA synchronous = NORMAL")  # a power cut may take the last words, never the whole
            database.execute("BEGIN IMMEDIATE")
            with database:  # commits, or takes back
                _bring_up_to_date(database)
                yield database


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """The database as it is at one moment, to read only: it waits for no writer, and no writer waits for it.

    Raises:
        JobError: if it cannot be read, or is of a later version.
        DamagedQueueError: if it is torn, or no database.
    """
    with _errors_as_sentences(path):
        address = f"{path.absolute().as_uri()}?mode={_mode(path)}"
        with closing(sqlite3.connect(address, LOCKED_AFTER_S, isolation_level=None, uri=True)) as database:
            _require_known(path, database)
            database.execute("PRAGMA query_only = ON")
            database.execute("BEGIN")
            yield database


def _mode(path: Path) -> str:
    """How SQLite opens a database for reading, so that no file of ours stays beside it.

    Beside a database in WAL mode lie two more files while it is open. A connection that may write removes them when it
    is the last; one that may not would leave them, perhaps to a worker of another user who cannot write to them.
    """
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return "rw"
    return "ro" if Path(f"{path}-wal").exists() else "ro&immutable=1"  # without a log nobody has it open


@contextmanager
def _errors_as_sentences(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY:
            raise JobError(f"the queue {path} cannot be changed: this user may only read it") from None
        is_full = shutil.disk_usage(path.parent).free < SHARED_MEMORY_BYTES  # SQLite calls that an I/O error
        reason = "the disk is full" if is_full else error
        raise JobError(f"the queue {path} cannot be used now: {reason}") from None
    except sqlite3.DatabaseError as error:
        raise DamagedQueueError(f"the queue {path} is damaged: {error}") from None
    except OSError as error:
        raise JobError(f"the queue {path} cannot be written: {error.strerror}") from None


def _require_known(path: Path, database: sqlite3.Connection) -> None:
    """Raise JobError for a database whose tables may mean something else."""
    version = database.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise JobError(f"the queue {path} is of a later version of ESR Lab: expected schema {VERSION}, found {version}")


def _make_ready(database: sqlite3.Connection) -> None:
    """Keep changes in a write-ahead log, so that readers and the writer do not wait for each other; add the tables."""
    _use_wal(database)
    if not has_tables(database):
        database.executescript(f"BEGIN IMMEDIATE; {SCHEMA} COMMIT;")


def _use_wal(database: sqlite3.Connection) -> None:
    """Wait for others who use the new database too: SQLite's own timeout does not hold for a change of this mode."""
    give_up = time.monotonic() + LOCKED_AFTER_S
    while database.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            database.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            kind = error.sqlite_errorcode & 0xFF  # the rest says why it is busy
            if kind != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.01)


def has_tables(database: sqlite3.Connection) -> bool:
    """Whether the tables were added; they are in one transaction."""
    return database.execute("SELECT 1 FROM sqlite_master WHERE name = 'pause'").fetchone() is not None


def columns(database: sqlite3.Connection) -> dict[str, str]:
    """What to select for each field of a JobInfo and for its ``position``, also of an older table."""
    names = _names(database)
    selected = {name: name if name in names else "NULL" for name in (*JobInfo.__dataclass_fields__, "position")}
    if "position" in names:
        return selected
    cluster = "cluster" if "cluster" in names else "NULL"
    return selected | {"position": "place", "place": OLDER_PLACE.format(cluster=cluster)}


def _bring_up_to_date(database: sqlite3.Connection) -> None:
    """Change an older table within the transaction: another process may be about to do the same."""
    database.execute(f"PRAGMA user_version = {VERSION}")
    names = _names(database)
    if "position" in names:
        return
    for name in ("cluster", "submission"):
        if name not in names:
            database.execute(f"ALTER TABLE jobs ADD COLUMN {name} TEXT")
    database.execute("ALTER TABLE jobs RENAME COLUMN place TO position")
    database.execute("ALTER TABLE jobs RENAME COLUMN cluster TO place")
    database.execute(f"UPDATE jobs SET place = {OLDER_PLACE.format(cluster='place')}")  # noqa: S608 - constants


def _names(database: sqlite3.Connection) -> set[str]:
    return {row[1] for row in database.execute("PRAGMA table_info(jobs)")}
