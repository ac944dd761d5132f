"""The operations of openapi/commerce.yaml by operationId."""

from collections.abc import Mapping

from sandbox.dialect.bank import Handler

HANDLERS: Mapping[str, Handler] = {}
