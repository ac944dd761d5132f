"""One database, two engines. Statements are written once in SQLAlchemy Core and compiled once to the driver's own text,
so that the serving path pays for the driver alone.

SQLite: one file in WAL mode (a temporary one unless told), a connection per thread. PostgreSQL: psycopg, a connection
per thread, autocommit. Writes happen inside `transaction()`, of which there is one at a time on either engine.
"""

import atexit
import importlib
import re
import sqlite3
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Any, Protocol, Self

from sqlalchemy import BindParameter, ClauseElement, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from sandbox.kernel.errors import DataFileForeign, SubsystemUnavailable
from sandbox.store import schema

APPLICATION_ID = 0x53424E4B
"""'SBNK' in the header of our SQLite files, so that a foreign file is recognised and never overwritten."""

MAGIC = b"SQLite format 3\0"
"""The first bytes of every SQLite file."""

OUT_OF_REACH = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
}

Row = tuple[Any, ...]
Parameters = Mapping[str, object] | Sequence[object]
"""Of a statement, by name or by place."""


def param(name: str) -> BindParameter[Any]:
    """A place in a statement that is filled by name when it runs."""
    return bindparam(name)


class Prepared:
    """A statement compiled for one engine. Parameters go by name."""

    def __init__(self, database: "Database", text: str) -> None:
        self.database = database
        self.text = text

    def all(self, **parameters: object) -> list[Row]:
        return self.database.cursor(self.text, parameters).fetchall()  # type: ignore[no-any-return]

    def first(self, **parameters: object) -> Row | None:
        return self.database.cursor(self.text, parameters).fetchone()  # type: ignore[no-any-return]

    def run(self, **parameters: object) -> int:
        """Rows touched."""
        return self.database.cursor(self.text, parameters).rowcount  # type: ignore[no-any-return]

    def many(self, rows: Iterable[Mapping[str, object]]) -> None:
        self.database.cursor_many(self.text, rows)


class Rows:
    """Puts many rows into a table and leaves out those that are there already. Fifty rows to a statement take half the
    time of one to a statement."""

    TOGETHER = 50

    def __init__(self, database: "Database", table: Table) -> None:
        self.database = database
        names = [column.name for column in table.c]
        self._head = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES "
        self._row = f"({', '.join([database.placeholder] * len(names))})"
        self._texts: dict[int, str] = {}

    def _text(self, rows: int) -> str:
        text = self._texts.get(rows)
        if text is None:
            text = self._texts[rows] = self._head + ", ".join([self._row] * rows) + " ON CONFLICT DO NOTHING"
        return text

    def add(self, rows: Sequence[tuple[object, ...]]) -> int:
        """Each row with a value for every column, in the table's order. How many were not there yet."""
        whole, added = len(rows) - len(rows) % self.TOGETHER, 0
        groups = (rows[start : start + self.TOGETHER] for start in range(0, whole, self.TOGETHER))
        cursor = self.database.connection.cursor()
        if whole:
            cursor.executemany(self._text(self.TOGETHER), (tuple(chain.from_iterable(group)) for group in groups))
            added = cursor.rowcount
        if whole < len(rows):
            cursor.execute(self._text(len(rows) - whole), tuple(chain.from_iterable(rows[whole:])))
            added += cursor.rowcount
        return added


class RowsBeside:
    """Puts rows into a table, all of them in one statement, provided that another row is there, which `key` names in
    the table `beside`."""

    def __init__(self, database: "Database", table: Table, beside: Table, key: Sequence[str]) -> None:
        self.database = database
        mark, names = database.placeholder, [column.name for column in table.c]
        self._head = f"INSERT INTO {table.name} ({', '.join(names)}) SELECT * FROM (VALUES "
        self._row = f"({', '.join([mark] * len(names))})"
        where = " AND ".join(f"{name} = {mark}" for name in key)
        self._tail = f") AS added WHERE EXISTS (SELECT 1 FROM {beside.name} WHERE {where})"
        self._texts: dict[int, str] = {}

    def add(self, rows: Sequence[tuple[object, ...]], *key: object) -> bool:
        """Each row with a value for every column, in the table's order. False where the other row is not there."""
        text = self._texts.get(len(rows))
        if text is None:
            text = self._texts[len(rows)] = self._head + ", ".join([self._row] * len(rows)) + self._tail
        return bool(self.database.cursor(text, (*chain.from_iterable(rows), *key)).rowcount)


class Keeper(Protocol):
    """Whoever remembers what it read."""

    def take(self, drafted: Mapping[Any, Any], /) -> None:
        """What was read inside a transaction that is committed."""


Drafts = dict[Keeper, dict[Any, Any]]
"""What was read inside a transaction, which may yet be undone, by whoever would remember it."""


class Database:
    """Open with `Database.open(data)`, where data is None (temporary), a file's path or a postgresql:// URL."""

    dialect: Dialect
    backend: str
    placeholder: str

    @staticmethod
    def open(data: str | None = None) -> "Database":
        scheme = re.match(r"([a-z][a-z0-9+.-]*)://", data or "")
        if data is not None and scheme is not None:
            if scheme[1] not in ("postgres", "postgresql"):
                raise DataFileForeign(f"--data takes a file's path or a postgresql:// URL, not {scheme[0]}…")
            return PostgresDatabase(data)
        return SqliteDatabase(data)

    def __init__(self) -> None:
        self._local = threading.local()
        self._connections: list[Any] = []
        self._lock = threading.Lock()

    # What the engines differ in.

    def _connect(self) -> Any:
        raise NotImplementedError

    def _begin(self, alone: bool) -> Any:
        """Starts a transaction and returns the connection on which it runs."""
        raise NotImplementedError

    def is_out_of_reach(self, error: BaseException) -> bool:
        """Whether the engine, not the statement, is to blame: a full disk, a lock that somebody else holds."""
        return False

    def insert(self, table: Table) -> Any:
        """An INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
        raise NotImplementedError

    # What they share.

    @property
    def connection(self) -> Any:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect()
            with self._lock:
                self._connections.append(connection)
        return connection

    def cursor(self, text: str, parameters: Parameters) -> Any:
        return self.connection.execute(text, parameters)

    def cursor_many(self, text: str, rows: Iterable[Mapping[str, object]]) -> None:
        self.connection.cursor().executemany(text, rows)

    def prepare(self, statement: ClauseElement) -> Prepared:
        compiled = statement.compile(dialect=self.dialect, compile_kwargs={"render_postcompile": True})
        literals = {key: value for key, value in compiled.params.items() if value is not None}
        return _Bound(self, str(compiled), literals) if literals else Prepared(self, str(compiled))

    @property
    def in_transaction(self) -> bool:
        """Whether this thread is inside a transaction: what it reads may yet be undone."""
        return self.draft is not None

    @property
    def draft(self) -> Drafts | None:
        """Of the transaction that this thread is inside."""
        return getattr(self._local, "draft", None)

    @contextmanager
    def transaction(self, *, alone: bool = True) -> Iterator[Self]:
        """All or nothing; nested calls join the outer one. While it is `alone` no other transaction runs, in whichever
        process: what is read inside still holds when it is written. What is harmless when done twice at once can do
        without."""
        if self.in_transaction:
            yield self
            return
        connection = self._begin(alone)
        draft = self._local.draft = Drafts()
        try:
            yield self
            connection.execute("COMMIT")
        except BaseException as error:
            with suppress(Exception):  # the engine may have rolled back by itself, or be gone
                connection.execute("ROLLBACK")
            if self.is_out_of_reach(error):
                raise SubsystemUnavailable(f"the database cannot be written: {error}") from error
            raise
        finally:
            self._local.draft = None
        for keeper, drafted in draft.items():
            keeper.take(drafted)

    def _create(self) -> None:
        for table in schema.metadata.sorted_tables:
            self.connection.execute(str(CreateTable(table, if_not_exists=True).compile(dialect=self.dialect)))
            for index in sorted(table.indexes, key=lambda index: str(index.name)):
                self.connection.execute(str(CreateIndex(index, if_not_exists=True).compile(dialect=self.dialect)))

    def close(self) -> None:
        with self._lock:
            for connection in self._connections:
                with suppress(Exception):  # a connection of a thread that is gone cannot be closed from here
                    connection.close()
            self._connections.clear()
        self._local = threading.local()


class _Bound(Prepared):
    """A prepared statement with constants of its own."""

    def __init__(self, database: Database, text: str, literals: Mapping[str, object]) -> None:
        super().__init__(database, text)
        self.literals = literals

    def all(self, **parameters: object) -> list[Row]:
        return super().all(**{**self.literals, **parameters})

    def first(self, **parameters: object) -> Row | None:
        return super().first(**{**self.literals, **parameters})

    def run(self, **parameters: object) -> int:
        return super().run(**{**self.literals, **parameters})

    def many(self, rows: Iterable[Mapping[str, object]]) -> None:
        super().many({**self.literals, **row} for row in rows)


class SqliteDatabase(Database):
    backend = "sqlite"
    placeholder = "?"

    def __init__(self, path: str | None) -> None:
        super().__init__()
        self.dialect = sqlite.dialect(paramstyle="named")
        self._folder = None
        if path is None:
            self._folder = tempfile.TemporaryDirectory(prefix="sandbank-", ignore_cleanup_errors=True)
            path = str(Path(self._folder.name) / "sandbank.db")
            atexit.register(self.close)
        self.path = str(Path(path).absolute())
        self._check_file()
        with self.transaction():
            # All at once, so that whoever opens the file meanwhile, or after a crash, finds it whole or empty.
            self._create()
            self.connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            self.connection.execute(f"PRAGMA user_version = {schema.VERSION}")

    def _check_file(self) -> None:
        """Refuse, before anything is written, a file that is not ours."""
        file = Path(self.path)
        if not file.exists():
            if not file.parent.is_dir():
                raise DataFileForeign(
                    f"{file.parent} is not a folder.", hint="Create the folder, or name another file."
                )
            return
        if not file.is_file():
            raise DataFileForeign(f"{file} is not a file.", hint="Name a file that Sandbank made, or a new one.")
        if file.stat().st_size == 0:
            return
        try:
            application, version, tables = _read_header(file)
        except (OSError, sqlite3.DatabaseError) as error:
            raise DataFileForeign(f"{file} cannot be read ({error})") from error
        if (application, version, tables) == (0, 0, 0):
            return  # a process is just making it, or was killed when it began
        if application != APPLICATION_ID:
            raise DataFileForeign(f"{file} is a SQLite file of some other program")
        if version != schema.VERSION:
            raise DataFileForeign(
                f"{file} has tables of version {version}, this Sandbank makes version {schema.VERSION}"
            )

    def _connect(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(
                self.path, isolation_level=None, cached_statements=512, timeout=30, check_same_thread=False
            )
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            raise DataFileForeign(f"{self.path} cannot be opened ({error})") from error
        for pragma in (
            # A temporary file does not outlive the process, let alone a power cut.
            f"synchronous = {'OFF' if self._folder else 'NORMAL'}",
            # Every call leaves a record: so many pages are gathered (16 MB) before they are moved into the file.
            "wal_autocheckpoint = 4000",
            # Nothing here is anybody's secret, and some builds of SQLite overwrite all that is deleted.
            "secure_delete = OFF",
            "temp_store = MEMORY",
            "cache_size = -16000",
        ):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _begin(self, alone: bool) -> sqlite3.Connection:
        connection: sqlite3.Connection = self.connection
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise SubsystemUnavailable(f"{self.path} cannot be written: {error}") from error
        return connection

    def is_out_of_reach(self, error: BaseException) -> bool:
        return (
            isinstance(error, sqlite3.OperationalError) and getattr(error, "sqlite_errorcode", 0) & 0xFF in OUT_OF_REACH
        )

    def insert(self, table: Table) -> Any:
        return sqlite.insert(table)

    def close(self) -> None:
        super().close()
        if self._folder is not None:
            self._folder.cleanup()


def _read_header(file: Path) -> tuple[int, int, int]:
    """(application, version, number of tables) of a SQLite file, without leaving a trace beside it. Raises
    DataFileForeign. Our own tables are not counted."""
    with file.open("rb") as opened:
        header = opened.read(100)
    if not header.startswith(MAGIC):  # SQLite itself takes a file of a few bytes for an empty database
        raise DataFileForeign(f"{file} is not a SQLite file")
    application, version = int.from_bytes(header[68:72]), int.from_bytes(header[60:64])
    if application != 0:
        return application, version, 0
    # Of a file that was cut off young, what makes it ours may still stand in the journal beside it.
    journal = Path(f"{file}-wal")
    how = "mode=ro" if journal.exists() and journal.stat().st_size else "mode=ro&immutable=1"
    connection = sqlite3.connect(f"{file.as_uri()}?{how}", uri=True)
    try:
        questions = ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_schema")
        application, version, tables = (connection.execute(question).fetchone()[0] for question in questions)
    finally:
        connection.close()
    return application, version, tables


class PostgresDatabase(Database):
    """A connection that was lost is made anew when it is next needed, so that a restart of PostgreSQL passes by."""

    backend = "postgresql"
    placeholder = "%s"
    MARK = f"Sandbank: tables of version {schema.VERSION}"
    """The comment on the table of worlds, by which our tables are recognised."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.dialect = postgresql.dialect(paramstyle="pyformat")  # type: ignore[no-untyped-call]
        self.url = url
        try:
            self._psycopg = importlib.import_module("psycopg")
        except ImportError as error:
            raise DataFileForeign(
                "PostgreSQL needs the psycopg package", hint="pip install 'sandbank[postgres]'"
            ) from error
        try:
            with self.transaction():
                marked = self._check_tables()
                self._create()
                if not marked:
                    self.connection.execute(f"COMMENT ON TABLE {schema.world.name} IS '{self.MARK}'")
        except SubsystemUnavailable as error:
            raise DataFileForeign(error.detail) from error

    def _check_tables(self) -> bool:
        """Whether our tables are there. Refuse, before anything is written, a database in which somebody else's have
        their names."""
        rows = self.connection.execute(
            "SELECT relname, obj_description(oid, 'pg_class') FROM pg_class"
            " WHERE relnamespace = current_schema()::regnamespace"
        )
        found = {name: comment for name, comment in rows if name in schema.metadata.tables}
        mark = found.get(schema.world.name)
        if mark is not None and mark != self.MARK and mark.startswith("Sandbank: "):
            theirs = mark.removeprefix("Sandbank: ")
            raise DataFileForeign(f"the database has {theirs}, this Sandbank makes version {schema.VERSION}")
        if found and mark != self.MARK:
            raise DataFileForeign(f"the database has tables of some other program: {', '.join(sorted(found))}")
        return bool(found)

    def _connect(self) -> Any:
        try:
            return self._psycopg.connect(self.url, autocommit=True)
        except self._psycopg.OperationalError as error:
            reason = " ".join(str(error).split())
            raise SubsystemUnavailable(f"PostgreSQL does not answer: {reason}") from error

    def cursor(self, text: str, parameters: Parameters) -> Any:
        connection = self.connection
        try:
            return connection.execute(text, parameters)
        except self._psycopg.DataError:
            # Text with a NUL character can be neither kept nor found: it is looked for in a form that nobody has.
            if not isinstance(parameters, Mapping):
                raise
            legible = {
                name: value.replace("\0", "\ufffd") if isinstance(value, str) else value
                for name, value in parameters.items()
            }
            if legible == parameters:
                raise
            return connection.execute(text, legible)
        except self._psycopg.OperationalError as error:
            alone = not self.in_transaction
            self._forget(connection, error)
            if alone and text.startswith("SELECT"):
                return self.connection.execute(text, parameters)
            raise SubsystemUnavailable("the connection to PostgreSQL was lost") from error

    def _forget(self, connection: Any, error: Exception) -> None:
        """Raises the error where the connection is not what was lost."""
        if not connection.closed:
            raise error
        self._local.connection = None
        with self._lock:
            self._connections.remove(connection)

    def _begin(self, alone: bool) -> Any:
        # The lock is PostgreSQL's form of SQLite's BEGIN IMMEDIATE.
        text = f"BEGIN; SELECT pg_advisory_xact_lock({APPLICATION_ID})" if alone else "BEGIN"
        connection = self.connection
        try:
            connection.execute(text)
        except self._psycopg.OperationalError as error:
            self._forget(connection, error)
            connection = self.connection
            connection.execute(text)
        return connection

    def insert(self, table: Table) -> Any:
        return postgresql.insert(table)
