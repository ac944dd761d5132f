"""The web pages that a developer looks at: what this server is, and its documents to browse."""
