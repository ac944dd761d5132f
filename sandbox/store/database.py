"""One database, two engines. Statements are written once in SQLAlchemy Core and compiled once to the driver's own text,
so that the serving path pays for the driver alone.

SQLite: one file in WAL mode (a temporary one unless told), a connection per thread. PostgreSQL: psycopg, a connection
per thread, autocommit. Writes happen inside `transaction()`.
"""

import atexit
import importlib
import re
import sqlite3
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from sqlalchemy import BindParameter, ClauseElement, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from sandbox.kernel.errors import DataFileForeign
from sandbox.store import schema

APPLICATION_ID = 0x53424E4B
"""'SBNK' in the header of our SQLite files, so that a foreign file is recognised and never overwritten."""

Row = tuple[Any, ...]


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


class Database:
    """Open with `Database.open(data)`, where data is None (temporary), a file's path or a postgresql:// URL."""

    dialect: Dialect
    backend: str

    @staticmethod
    def open(data: str | None = None) -> "Database":
        if data is not None and re.match(r"postgres(ql)?://", data):
            return PostgresDatabase(data)
        return SqliteDatabase(data)

    def __init__(self) -> None:
        self._local = threading.local()
        self._connections: list[Any] = []
        self._lock = threading.Lock()

    # What the engines differ in.

    def _connect(self) -> Any:
        raise NotImplementedError

    def _begin(self) -> str:
        raise NotImplementedError

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

    def cursor(self, text: str, parameters: Mapping[str, object]) -> Any:
        return self.connection.execute(text, parameters)

    def cursor_many(self, text: str, rows: Iterable[Mapping[str, object]]) -> None:
        self.connection.cursor().executemany(text, rows)

    def prepare(self, statement: ClauseElement) -> Prepared:
        compiled = statement.compile(dialect=self.dialect, compile_kwargs={"render_postcompile": True})
        literals = {key: value for key, value in compiled.params.items() if value is not None}
        return _Bound(self, str(compiled), literals) if literals else Prepared(self, str(compiled))

    @contextmanager
    def transaction(self) -> Iterator[Self]:
        """All or nothing; nested calls join the outer one."""
        if getattr(self._local, "depth", 0):
            yield self
            return
        connection = self.connection
        connection.execute(self._begin())
        self._local.depth = 1
        try:
            yield self
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        else:
            connection.execute("COMMIT")
        finally:
            self._local.depth = 0

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

    def __init__(self, path: str | None) -> None:
        super().__init__()
        self.dialect = sqlite.dialect(paramstyle="named")
        self._folder = None
        if path is None:
            self._folder = tempfile.TemporaryDirectory(prefix="sandbank-", ignore_cleanup_errors=True)
            path = str(Path(self._folder.name) / "sandbank.db")
            atexit.register(self.close)
        self.path = path
        self._check_file()
        with self.transaction():
            self._create()
        self.connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        self.connection.execute(f"PRAGMA user_version = {schema.VERSION}")

    def _check_file(self) -> None:
        """Refuse, before anything is written, a file that is not ours."""
        file = Path(self.path)
        if not file.exists() or file.stat().st_size == 0:
            if not file.parent.is_dir():
                raise DataFileForeign(f"{file.parent} is not a folder", hint="Create the folder, or name another file.")
            return
        try:
            connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
            try:
                application = connection.execute("PRAGMA application_id").fetchone()[0]
                version = connection.execute("PRAGMA user_version").fetchone()[0]
            finally:
                connection.close()
        except sqlite3.DatabaseError as error:
            raise DataFileForeign(f"{file} is not a SQLite file that can be read ({error})") from error
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
            "synchronous = NORMAL",
            "temp_store = MEMORY",
            "mmap_size = 268435456",
            "cache_size = -16000",
        ):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _begin(self) -> str:
        return "BEGIN IMMEDIATE"

    def insert(self, table: Table) -> Any:
        return sqlite.insert(table)

    def close(self) -> None:
        super().close()
        if self._folder is not None:
            self._folder.cleanup()


class PostgresDatabase(Database):
    backend = "postgresql"

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
        with self.transaction():
            # Two servers may start at once on an empty database.
            self.connection.execute(f"SELECT pg_advisory_xact_lock({APPLICATION_ID})")
            self._create()

    def _connect(self) -> Any:
        try:
            return self._psycopg.connect(self.url, autocommit=True)
        except self._psycopg.OperationalError as error:
            raise DataFileForeign(f"PostgreSQL does not answer: {str(error).strip()}") from error

    def _begin(self) -> str:
        return "BEGIN"

    def insert(self, table: Table) -> Any:
        return postgresql.insert(table)
