"""A small bank of our own, so that each test says what it is about."""

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.contract.documents import Document, load_file
from sandbox.contract.operations import Operation

Make = Callable[[str], Document]

TOY = """
openapi: 3.0.3
info: {title: Toy bank, version: '1.0', x-sandbank: {slug: toy, bank: Toy}}
servers: [{url: /toy}]
security: [{bankOAuth: [read]}]
paths:
  /ping:
    get:
      operationId: ping
      summary: Is it alive
      security: []
      responses:
        '204': {description: It is.}
  /accounts:
    get:
      operationId: listAccounts
      summary: All accounts
      x-fidelity: documented
      x-fidelity-source: the toy's manual
      x-data-clusters: [ACCOUNT_BASIC]
      parameters:
        - {$ref: '#/components/parameters/Limit'}
        - {name: offset, in: query, schema: {type: string, maxLength: 20}}
        - {name: startDate, in: query, schema: {type: string, format: date}}
        - {name: since, in: query, x-date: true, schema: {type: string, pattern: '^[0-9]{8}$'}}
        - {name: minimum, in: query, schema: {type: number, minimum: 0}}
        - {name: closed, in: query, schema: {type: boolean, default: false}}
        - {name: view, in: query, schema: {type: string, enum: [full, short]}}
        - {name: ids, in: query, explode: false, schema: {type: array, maxItems: 3, items: {type: integer}}}
        - {name: kind, in: query, schema: {type: array, items: {type: string, enum: [savings, checking]}}}
        - {name: client_id, in: query, schema: {type: string}}
        - {name: Interaction-Id, in: header, required: true, schema: {type: string, format: uuid}}
        - {name: X-Count, in: header, schema: {type: integer}}
        - {name: Authorization, in: header, required: true, schema: {type: string}}
        - {name: session, in: cookie, schema: {type: integer}}
      responses:
        '200':
          description: A page.
          headers:
            Interaction-Id: {required: true, schema: {type: string, format: uuid}}
            Retry-After: {schema: {type: integer, minimum: 0}}
            X-Any: {schema: {type: string}}
          content:
            application/json: {schema: {$ref: '#/components/schemas/AccountPage'}}
        '4XX':
          description: A refusal.
          content:
            application/json: {schema: {$ref: '#/components/schemas/Error'}}
  /accounts/search:
    get:
      operationId: searchAccounts
      responses: {'200': {description: Found., content: {application/json: {schema: {type: array, items: {}}}}}}
  /accounts/{accountId}:
    parameters:
      - {name: accountId, in: path, required: true, schema: {type: string, pattern: '^[A-Z0-9]{1,8}$'}}
    get:
      operationId: getAccount
      responses:
        '200':
          description: An account.
          content:
            application/json: {schema: {$ref: '#/components/schemas/Account'}}
            application/pdf: {schema: {type: string, format: binary}}
    post:
      operationId: changeAccount
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: '#/components/schemas/Change'}}
      responses: {'204': {description: Done.}}
  /token:
    post:
      operationId: issueToken
      x-oauth-endpoint: token
      x-unknown-parameters: ignore
      security: [{clientBasic: []}, {}]
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              additionalProperties: true
              properties:
                grant_type: {type: string}
                client_secret: {type: string}
                lifetime: {type: integer, minimum: 1}
                resource: {type: array, items: {type: string}}
      responses:
        '200': {description: A token., content: {application/json: {schema: {type: object}}}}
        default: {description: No token., content: {application/json: {schema: {type: object, required: [error]}}}}
components:
  securitySchemes:
    bankOAuth:
      type: oauth2
      flows: {authorizationCode: {authorizationUrl: /a, tokenUrl: /t, scopes: {read: Reads}}}
    clientBasic: {type: http, scheme: basic}
  parameters:
    Limit: {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 500, default: 25}}
  schemas:
    AccountPage:
      type: object
      required: [accounts, total]
      additionalProperties: false
      properties:
        total: {type: integer, minimum: 0}
        next: {type: string}
        accounts: {type: array, minItems: 1, maxItems: 2, items: {$ref: '#/components/schemas/Wrapped'}}
    Wrapped:
      oneOf:
        - type: object
          required: [deposit]
          additionalProperties: false
          properties: {deposit: {$ref: '#/components/schemas/Account'}}
        - type: object
          required: [card]
          additionalProperties: false
          properties: {card: {$ref: '#/components/schemas/Account'}}
    Account:
      type: object
      required: [id, opened]
      additionalProperties: false
      properties:
        id: {type: string}
        opened: {type: string, format: date}
        balance: {type: number}
    Change:
      type: object
      required: [nickname]
      additionalProperties: false
      properties:
        nickname: {type: string, minLength: 1, maxLength: 10}
        changedAt: {type: string, format: date-time, readOnly: true}
        pin: {type: string, pattern: '^[0-9]{4}$', writeOnly: true}
        address:
          type: object
          additionalProperties: false
          properties: {zip: {type: string, pattern: '^[0-9]{5}$'}}
        tags: {type: array, items: {type: string}}
    Error: {type: object, required: [code], properties: {code: {type: integer}}}
  x-error-table:
    InvalidInput: {status: 400, code: 801, message: Bad input}
"""

INTERACTION = "123e4567-e89b-12d3-a456-426614174000"
HEADERS = {"interaction-id": INTERACTION}


@pytest.fixture(autouse=True)
def cache_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own, and nothing remembered from the test before."""
    monkeypatch.setenv("SANDBANK_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr("sandbox.contract.documents._loaded", {})
    return tmp_path / "cache"


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Document:
    path = tmp_path_factory.mktemp("toy") / "toy.yaml"
    path.write_text(TOY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SANDBANK_CACHE_DIR", str(path.parent))
        return load_file(path)


@pytest.fixture
def toy_file(tmp_path: Path) -> Path:
    path = tmp_path / "toy.yaml"
    path.write_text(TOY)
    return path


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Makes a document from its `paths` and `components`."""

    def make(text: str) -> Document:
        path = tmp_path / "made.yaml"
        path.write_text("openapi: 3.0.3\ninfo: {title: Made, version: '1'}\n" + textwrap.dedent(text))
        return load_file(path)

    return make


@pytest.fixture
def list_accounts(toy: Document) -> Operation:
    return toy.operations["listAccounts"]
