"""What the bot keeps: as little as it can, by the id by which the page knows a person, so that all of it can be
forgotten at once. In production, encrypt the tokens."""

import json
import secrets
import sqlite3
import threading
import time
from dataclasses import dataclass
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS person (psid TEXT PRIMARY KEY, heard_at INTEGER, offers_token TEXT, with_person INTEGER);
CREATE TABLE IF NOT EXISTS link (psid TEXT, bank TEXT, consent TEXT, token TEXT, PRIMARY KEY (psid, bank));
CREATE TABLE IF NOT EXISTS ticket (name TEXT PRIMARY KEY, kind TEXT, psid TEXT, made_at REAL, value TEXT);
CREATE TABLE IF NOT EXISTS shown (psid TEXT, receipt TEXT, times INTEGER, PRIMARY KEY (psid, receipt));
CREATE TABLE IF NOT EXISTS subscription (bank TEXT PRIMARY KEY, subscription_id TEXT, secret TEXT);
CREATE TABLE IF NOT EXISTS inbox (id TEXT PRIMARY KEY, kind TEXT, psid TEXT, body TEXT);
"""
OF_A_PERSON = ("person", "link", "ticket", "shown")
TICKETS_LAST = 24 * 60 * 60


@dataclass(frozen=True)
class Link:
    """A bank at which a person has linked their accounts."""

    psid: str
    bank: str
    consent: str
    token: dict[str, Any]
    """As the token endpoint gave it."""


@dataclass(frozen=True)
class Ticket:
    """A word that stands for something that must not be in an address or a button, or has to be true later on."""

    name: str
    psid: str
    made_at: float
    value: dict[str, Any]


class Memory:
    def __init__(self, path: str) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _do(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(statement, values).fetchall()

    def heard(self, psid: str, at: int) -> int | None:
        """Note that a person was there; when they were there before, in the platform's milliseconds."""
        self._do("INSERT OR IGNORE INTO person (psid) VALUES (?)", psid)
        [[before]] = self._do("SELECT heard_at FROM person WHERE psid = ?", psid)
        self._do("UPDATE person SET heard_at = ? WHERE psid = ?", at, psid)
        return None if before is None else int(before)

    def offers_token(self, psid: str) -> str:
        """What the platform gave us when the person agreed to be sent offers; empty where they did not."""
        found = self._do("SELECT offers_token FROM person WHERE psid = ?", psid)
        return (found and found[0][0]) or ""

    def set_offers_token(self, psid: str, token: str) -> None:
        self._do("UPDATE person SET offers_token = ? WHERE psid = ?", token, psid)

    def is_with_person(self, psid: str) -> bool:
        """Whether somebody of flesh and blood has the conversation."""
        return self._do("SELECT 1 FROM person WHERE psid = ? AND with_person", psid) != []

    def set_with_person(self, psid: str, value: bool) -> None:
        self._do("UPDATE person SET with_person = ? WHERE psid = ?", value, psid)

    def forget(self, psid: str) -> None:
        """Everything. Of messages the ids stay, so that one that comes twice does not begin anew."""
        self._do("UPDATE inbox SET psid = '', body = NULL WHERE psid = ?", psid)
        for table in OF_A_PERSON:
            self._do(f"DELETE FROM {table} WHERE psid = ?", psid)

    def links(self, psid: str) -> list[Link]:
        return self._links("psid = ? ORDER BY bank", psid)

    def link(self, psid: str, bank: str) -> Link | None:
        return next(iter(self._links("psid = ? AND bank = ?", psid, bank)), None)

    def link_of_consent(self, consent: str) -> Link | None:
        return next(iter(self._links("consent = ?", consent)), None)

    def _links(self, where: str, *values: str) -> list[Link]:
        rows = self._do(f"SELECT psid, bank, consent, token FROM link WHERE {where}", *values)
        return [Link(psid, bank, consent, json.loads(token)) for psid, bank, consent, token in rows]

    def keep_link(self, link: Link) -> None:
        values = (link.psid, link.bank, link.consent, json.dumps(link.token))
        self._do("INSERT OR REPLACE INTO link VALUES (?, ?, ?, ?)", *values)

    def unlink(self, psid: str, bank: str) -> None:
        self._do("DELETE FROM link WHERE psid = ? AND bank = ?", psid, bank)

    def issue(self, kind: str, psid: str, value: dict[str, Any], name: str = "") -> str:
        name = name or secrets.token_urlsafe(18)
        self._do("DELETE FROM ticket WHERE made_at < ?", time.time() - TICKETS_LAST)
        self._do("INSERT INTO ticket VALUES (?, ?, ?, ?, ?)", name, kind, psid, time.time(), json.dumps(value))
        return name

    def ticket(self, kind: str, name: str, most: float) -> Ticket | None:
        """None where there is none, or it is older than so many seconds."""
        rows = self._do("SELECT psid, made_at, value FROM ticket WHERE kind = ? AND name = ?", kind, name)
        fresh = [Ticket(name, psid, made, json.loads(value)) for psid, made, value in rows if time.time() - made < most]
        return fresh[0] if fresh else None

    def take(self, kind: str, name: str, most: float) -> Ticket | None:
        """The same, once."""
        with self._lock:
            found = self.ticket(kind, name, most)
            self._do("DELETE FROM ticket WHERE kind = ? AND name = ?", kind, name)
            return found

    def showing(self, psid: str, receipt: str) -> int:
        """How often it was shown, this time included."""
        with self._lock:
            self._do("INSERT OR IGNORE INTO shown VALUES (?, ?, 0)", psid, receipt)
            self._do("UPDATE shown SET times = times + 1 WHERE psid = ? AND receipt = ?", psid, receipt)
            return int(self._do("SELECT times FROM shown WHERE psid = ? AND receipt = ?", psid, receipt)[0][0])

    def subscription(self, bank: str) -> tuple[str, str] | None:
        """(id, secret)"""
        found = self._do("SELECT subscription_id, secret FROM subscription WHERE bank = ?", bank)
        return (found[0][0], found[0][1]) if found else None

    def keep_subscription(self, bank: str, subscription_id: str, secret: str) -> None:
        self._do("INSERT OR REPLACE INTO subscription VALUES (?, ?, ?)", bank, subscription_id, secret)

    def receive(self, message_id: str, kind: str, psid: str, body: str) -> bool:
        """Whether it is new. An id stays when its message is done, so that it is known when it comes again."""
        statement = "INSERT OR IGNORE INTO inbox VALUES (?, ?, ?, ?) RETURNING id"
        return self._do(statement, message_id, kind, psid, body) != []

    def received(self, message_id: str) -> str | None:
        """What is to be done; None where it is done."""
        found = self._do("SELECT body FROM inbox WHERE id = ?", message_id)
        return found[0][0] if found else None

    def done(self, message_id: str) -> None:
        self._do("UPDATE inbox SET body = NULL WHERE id = ?", message_id)

    def undone(self) -> list[tuple[str, str, str]]:
        """(id, kind, psid) of what came before the bot was stopped."""
        rows = self._do("SELECT id, kind, psid FROM inbox WHERE body IS NOT NULL ORDER BY rowid")
        return [(message_id, kind, psid) for message_id, kind, psid in rows]
