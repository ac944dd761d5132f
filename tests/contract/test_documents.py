"""Documents: what they say of themselves, how they are kept, and how broken ones are refused."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from sandbox.contract import cache, documents
from sandbox.contract.documents import Document, DocumentBroken, load, load_file
from tests.contract.conftest import TOY, Make

ROOT = Path(__file__).parents[2]


# --- What they say ---


def test_a_document_knows_its_name_its_prefix_and_its_errors(toy: Document) -> None:
    assert (toy.slug, toy.prefix, toy.title, toy.version) == ("toy", "/toy", "Toy bank", "1.0")
    assert toy.error_table["InvalidInput"]["code"] == 801
    assert toy.security_schemes["clientBasic"] == {"type": "http", "scheme": "basic"}


def test_an_operation_carries_its_extensions(toy: Document) -> None:
    accounts, token, ping = (toy.operations[name] for name in ("listAccounts", "issueToken", "ping"))

    assert (accounts.method, accounts.path, accounts.summary) == ("GET", "/accounts", "All accounts")
    assert accounts.data_clusters == ("ACCOUNT_BASIC",)
    assert (accounts.fidelity, accounts.fidelity_source) == ("documented", "the toy's manual")
    assert (accounts.security, accounts.scopes) == ([{"bankOAuth": ["read"]}], ("read",))  # the document's default
    assert (accounts.oauth_endpoint, accounts.unknown_parameters) == (None, "refuse")
    assert (token.oauth_endpoint, token.unknown_parameters) == ("token", "ignore")
    assert token.security == [{"clientBasic": []}, {}]
    assert (ping.security, ping.success_media_types) == ([], ())
    assert toy.operations["getAccount"].success_media_types == ("application/json", "application/pdf")
    assert list(accounts.responses) == ["200", "4XX"]


def test_paths_are_matched_without_the_prefix(toy: Document) -> None:
    assert toy.match("HEAD", "/accounts/A1") == (toy.operations["getAccount"], {"accountId": "A1"})


def test_named_schemas_can_be_asked_directly(toy: Document) -> None:
    assert toy.validator("Account").is_valid({"id": "A", "opened": "2025-01-01"})
    assert not toy.validator("#/components/schemas/Account/properties/opened").is_valid("x")


def test_yaml_is_read_as_openapi_means_it(make: Make) -> None:
    raw = make("""
        paths: {}
        components:
          schemas:
            Country: {type: string, enum: [NO, ON, yes, true], example: 2025-01-31, default: NO}
        """).raw["components"]["schemas"]["Country"]

    assert raw["enum"] == ["NO", "ON", "yes", True]
    assert raw["example"] == "2025-01-31"


def test_merge_keys_are_resolved(make: Make) -> None:
    raw = make("""
        paths: {}
        components:
          schemas:
            A: {type: object, properties: &shared {a: {type: string}, b: {type: string}}}
            B: {type: object, properties: {<<: *shared, b: {type: integer}}}
        """).raw["components"]["schemas"]

    assert raw["B"]["properties"] == {"a": {"type": "string"}, "b": {"type": "integer"}}


# --- How they are kept ---


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "_loaded", {})


def compiles(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that are compiled from now on."""
    compiled = []
    cold = documents._cold

    def counting(path: Path, *others: Any) -> Document:
        compiled.append(path)
        return cold(path, *others)

    monkeypatch.setattr(documents, "_cold", counting)
    return compiled


def test_a_document_is_compiled_once_and_comes_back_the_same(
    toy_file: Path, cache_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = compiles(monkeypatch)
    first = load_file(toy_file)
    assert load_file(toy_file) is first

    forget(monkeypatch)
    second = load_file(toy_file)

    assert compiled == [toy_file]
    assert second is not first
    assert (second.raw_json, second.raw_yaml, second.json_etag) == (first.raw_json, first.raw_yaml, first.json_etag)
    assert list(second.operations) == list(first.operations)
    assert (
        second.operations["getAccount"].responses["200"].content
        == first.operations["getAccount"].responses["200"].content
    )
    assert [file.name for file in cache_dir.iterdir()] == [f"toy-{documents._key(TOY.encode())}.json"]


def test_a_changed_document_is_compiled_anew(toy_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = compiles(monkeypatch)
    load_file(toy_file)
    toy_file.write_text(TOY.replace("maximum: 500", "maximum: 400"))

    assert load_file(toy_file).raw["components"]["parameters"]["Limit"]["schema"]["maximum"] == 400
    assert len(compiled) == 2


def test_another_version_of_the_compiler_does_not_trust_the_cache(
    toy_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = compiles(monkeypatch)
    load_file(toy_file)
    monkeypatch.setattr(documents, "COMPILER", documents.COMPILER + 1)
    load_file(toy_file)

    assert len(compiled) == 2


@pytest.mark.parametrize("damage", [b"", b"rubbish", b"a\n{}\n{}", None])
def test_a_damaged_cache_is_made_anew(
    toy_file: Path, cache_dir: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes | None
) -> None:
    load_file(toy_file)
    (cached,) = cache_dir.iterdir()
    whole = cached.read_bytes()
    cached.write_bytes(whole[:-10] if damage is None else damage)
    forget(monkeypatch)

    assert load_file(toy_file).match("GET", "/ping")
    assert cached.read_bytes() == whole


def test_an_edited_cache_is_made_anew(toy_file: Path, cache_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_file(toy_file)
    cache.write("toy", documents._key(TOY.encode()), {"slug": "toy", "operations": 5}, b"{}")
    forget(monkeypatch)

    assert load_file(toy_file).match("GET", "/ping")


def test_a_cache_that_cannot_be_written_is_done_without(toy_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBANK_CACHE_DIR", str(toy_file / "not a folder"))

    assert load_file(toy_file).match("GET", "/ping")


def test_a_user_without_a_home_is_served(toy_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError

    monkeypatch.delenv("SANDBANK_CACHE_DIR")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", nowhere)

    assert cache.folder() is None
    assert load_file(toy_file).match("GET", "/ping")


def test_the_cache_is_in_the_users_cache_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SANDBANK_CACHE_DIR")
    monkeypatch.setenv("HOME", "/home/maya")
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    assert cache.folder() == Path("/home/maya/.cache/sandbank")
    monkeypatch.setenv("XDG_CACHE_HOME", "/tmp/xdg")
    assert cache.folder() == Path("/tmp/xdg/sandbank")


def test_old_versions_do_not_pile_up(toy_file: Path, cache_dir: Path) -> None:
    for number in range(cache.MOST_VERSIONS + 3):
        key = f"{number:064x}"
        cache.write("toy", key, {}, b"{}")
        os.utime(cache_dir / f"toy-{key}.json", (number, number))
    load_file(toy_file)

    assert len(list(cache_dir.glob("toy-*.json"))) == cache.MOST_VERSIONS


READ_ONE = """
import pathlib, sys
from sandbox.contract.documents import load_file
load_file(pathlib.Path(sys.argv[1])).operations["getAccount"].read_parameters({"accountId": "A"}, b"", {})
print(sorted({"connexion", "flask", "jsonschema", "yaml"} & set(sys.modules)))
"""


def test_a_warm_start_imports_neither_yaml_nor_connexion(toy_file: Path) -> None:
    for imported in ("['connexion', 'flask', 'jsonschema', 'yaml']", "[]"):
        command = [sys.executable, "-c", READ_ONE, str(toy_file)]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        assert (run.stdout.strip(), run.stderr) == (imported, "")


# --- How broken ones are refused ---

OPERATION = """
paths:
  /a/{x}:
    get:
      operationId: a
      parameters:
        - {name: x, in: path, required: true, schema: {type: string}}
        - {name: y, in: query, schema: {type: string}}
      responses:
        '204': {description: ok}
"""
Y = "{name: y, in: query, schema: {type: string}}"


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("paths:", "paths: [", "made.yaml: line 5, column 6: did not find expected ',' or ']'"),
        (Y, Y.replace("in:", "name: z, in:"), "made.yaml: line 10, column 21: the key 'name' comes twice"),
        ("operationId: a", "summary: a", "made.yaml:6: paths > /a/{x} > get: operationId is missing"),
        ("description: ok", "descripton: ok", "paths > /a/{x} > get > responses > 204: 'description' is a required"),
        ("{description: ok}", "{$ref: '#/no'}", "made.yaml:12: paths > /a/{x} > get > responses > 204: nothing stands"),
        ("{description: ok}", "{$ref: 'b.yaml#/a'}", "$ref 'b.yaml#/a' leaves the document"),
        (
            Y,
            Y.replace("string", "strng"),
            "made.yaml:10: paths > /a/{x} > get > parameters > 1 > schema > type: 'strng'",
        ),
        (Y, Y.replace("string", "object"), "parameters > 1: query parameter y: objects and the style form are not"),
        (Y, Y.replace("schema: {type: string}", "content: {text/plain: {}}"), "query parameter y has no schema"),
        (Y, Y.replace("type: string", "pattern: '(['"), "a schema cannot be compiled"),
        (Y, Y.replace("string", "string, default: 5"), "5 is not of type 'string'"),
        (Y, Y.replace("name: y, in: query", "name: x, in: path, required: true"), "path parameter x is listed twice"),
        ("/a/{x}:", "/a/{z}:", "path parameter x is declared, and not in the path"),
        ("name: x, in: path, required: true", "name: z, in: query", "path parameter x is not declared"),
        ("operationId: a", "operationId: a\n      x-unknown-parameters: no", "must be refuse or ignore"),
        ("paths:", "path: {}\npaths:", "'path' does not match any of the regexes: '^x-'"),
        ("paths:", "paths: 5\nx-paths:", "made.yaml:4: paths: 5 is not of type 'object'"),
    ],
)
def test_a_broken_document_is_refused_with_its_place(make: Make, written: str, instead: str, said: str) -> None:
    assert OPERATION.count(written) == 1
    with pytest.raises(DocumentBroken) as broken:
        make(OPERATION.replace(written, instead))

    assert "made.yaml" in str(broken.value)
    assert said in str(broken.value)


def test_an_operation_id_is_given_once(make: Make) -> None:
    twin = OPERATION.replace("paths:\n", "").replace("/a/", "/b/").lstrip("\n")
    with pytest.raises(DocumentBroken, match=r"operationId a is taken by paths > /a/\{x\} > get"):
        make(OPERATION + twin)


def test_a_reference_that_leads_back_to_itself_is_refused(make: Make) -> None:
    with pytest.raises(DocumentBroken, match="leads back to itself"):
        make("paths: {}\ncomponents:\n  schemas:\n    A: {$ref: '#/components/schemas/A'}")


@pytest.mark.parametrize(
    "text", ["", "5", "[]", "openapi: 3.0.3", "openapi: 3.1.0\ninfo: {title: a, version: b}\npaths: {}"]
)
def test_what_is_no_openapi_3_0_document_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text(text)

    with pytest.raises(DocumentBroken, match=r"odd\.yaml"):
        load_file(path)


def test_a_file_must_bear_the_name_of_its_bank(toy_file: Path) -> None:
    with pytest.raises(DocumentBroken, match=r"x-sandbank > slug: the file is called other\.yaml and the document toy"):
        load_file(toy_file.rename(toy_file.with_name("other.yaml")))


def test_a_broken_document_is_not_cached(make: Make, cache_dir: Path) -> None:
    with pytest.raises(DocumentBroken):
        make("paths: 5")

    assert not cache_dir.exists()


def test_an_unknown_document_is_told_the_known_ones() -> None:
    with pytest.raises(DocumentBroken) as broken:
        load("chasse")

    assert "chase" in broken.value.hint


def test_downloads_are_made_in_advance(toy: Document) -> None:
    assert toy.raw_yaml == TOY.encode()
    assert orjson.loads(toy.raw_json)["components"]["parameters"] == toy.raw["components"]["parameters"]
    assert toy.json_etag != toy.yaml_etag
    assert toy.json_etag.startswith('"')
