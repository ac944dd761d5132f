"""The ledger's port on SQLAlchemy Core: SQLite by default, PostgreSQL by URL. SQL lives only here."""
