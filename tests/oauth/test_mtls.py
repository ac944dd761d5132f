"""Clients that show a certificate, and tokens that are given to it (RFC 8705): a server with a TLS port, and genuine
handshakes."""

import json
import socket
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from joserfc import jws
from joserfc.jwk import ECKey

from sandbox.app import Sandbank
from sandbox.cli.listening import Server as Listening
from sandbox.kernel.clock import from_millis, wall
from sandbox.oauth.certificates import thumbprint
from sandbox.settings import Settings
from tests.conftest import NOW, Server, World
from tests.oauth.conftest import App, application, register
from tests.oauth.proofs import Holder, read


class InThread(Listening):
    def capture_signals(self) -> Any:
        """Signals are the main thread's."""
        return nullcontext()


@contextmanager
def listening(**settings: Any) -> Iterator[Server]:
    """A server with both ports."""
    plain, encrypted = (socket.create_server(("127.0.0.1", 0)) for _ in range(2))
    app = Sandbank(Settings(now=NOW, freeze=True, tls_port=encrypted.getsockname()[1], **settings))
    ready = threading.Event()
    server = InThread.of(app, ready.set, [encrypted])
    thread = threading.Thread(target=server.run, kwargs={"sockets": [plain]}, daemon=True)
    thread.start()
    assert ready.wait(20)
    yield Server(f"http://127.0.0.1:{plain.getsockname()[1]}", app)
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="module")
def tls_server() -> Iterator[Server]:
    with listening() as server:
        yield server


@pytest.fixture
def tls(tls_server: Server) -> World:
    return world_in(tls_server)


def world_in(server: Server) -> World:
    made = requests.post(f"{server.url}/_sandbox/worlds", json={"now": NOW, "frozen": True}, timeout=30).json()
    return World(server, made["id"], made["clients"])


@dataclass(frozen=True)
class Wallet:
    """A certificate with its key in files, as requests wants them, and the CA to trust."""

    ca: str
    pair: tuple[str, str] | None
    der: bytes = b""
    subject: str = ""

    @property
    def tls(self) -> dict[str, Any]:
        return {"verify": self.ca, "cert": self.pair}

    @property
    def x5t(self) -> str:
        return thumbprint(self.der)


def issued(world: World, folder: Path, name: str = "bot", **wish: Any) -> Wallet:
    """By the sandbox's authority, over the control API."""
    answer = requests.post(f"{world.server.url}/_sandbox/certificates", json={"name": name, **wish}, timeout=30)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    files = {part: folder / f"{name}.{part}" for part in ("ca", "certificate", "private_key")}
    for part, file in files.items():
        file.write_text(told[part])
    der = x509.load_pem_x509_certificate(told["certificate"].encode()).public_bytes(Encoding.DER)
    pair = (str(files["certificate"]), str(files["private_key"]))
    return Wallet(str(files["ca"]), pair, der, told["subject_dn"])


def nobody(wallet: Wallet) -> Wallet:
    """Who trusts the same CA and shows nothing."""
    return Wallet(wallet.ca, None)


def self_made(world: World, folder: Path, name: str = "own", common: str = "self") -> tuple[Wallet, dict[str, Any]]:
    """A certificate that the client signed itself, and the JWK set with which it registers it."""
    key, subject = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
    now = from_millis(wall())
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / f"{name}.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / f"{name}.key").write_bytes(secret)
    der = made.public_bytes(Encoding.DER)
    jwk = ECKey.import_key(secret).as_dict(private=False, x5c=[b64encode(der).decode()])
    authority = folder / "authority.pem"
    authority.write_text(requests.get(f"{world.server.url}/_sandbox/certificates", timeout=30).json()["ca"])
    wallet = Wallet(str(authority), (str(folder / f"{name}.pem"), str(folder / f"{name}.key")), der, f"CN={common}")
    return wallet, {"keys": [jwk]}


def exchange(app: App, wallet: Wallet, **form: str) -> requests.Response:
    """A code for tokens at the alias of the token endpoint."""
    given = {
        "grant_type": "authorization_code",
        "code": app.code(),
        "redirect_uri": app.redirect_uri,
        "code_verifier": app.verifier,
        "client_id": app.client_id,
        **form,
    }
    return requests.post(app.metadata["mtls_endpoint_aliases"]["token_endpoint"], data=given, timeout=30, **wallet.tls)


def accounts(app: App, wallet: Wallet, token: str, **headers: str) -> requests.Response:
    """The bank's accounts over HTTPS."""
    port = app.world.server.app.services.settings.tls_port
    secure = application(app.world, app.bank.slug, {"client_id": app.client_id})
    secure.base = f"https://127.0.0.1:{port}/{app.bank.slug}"
    return read(secure, "Bearer", token, **wallet.tls)


def why(app: App, answer: requests.Response) -> str:
    trace = answer.headers["Sandbank-Trace"]
    return str(requests.get(f"{app.world.server.url}/_sandbox/why/{trace}", timeout=30).json()["detail"])


def known_by(world: World, bank: str = "chase", **registered: Any) -> App:
    """A client that proves itself by its certificate's name, and whose tokens are given to the certificate."""
    made = register(
        world,
        bank,
        token_endpoint_auth_method="tls_client_auth",
        tls_client_certificate_bound_access_tokens=True,
        **registered,
    )
    return application(world, bank, made)


# --- Clients that prove themselves ------------------------------------------------------------------------------------


@pytest.mark.parametrize("bank", ["chase", "citi", "usbank", "wellsfargo"])
def test_a_client_is_known_by_its_certificates_subject(tls: World, tmp_path: Path, bank: str) -> None:
    bot = issued(tls, tmp_path)
    app = known_by(tls, bank, tls_client_auth_subject_dn=bot.subject)
    answer = exchange(app, bot)
    assert answer.status_code == 200, answer.text
    assert answer.json()["token_type"] == app.bank.oauth.token_type
    assert accounts(app, bot, answer.json()["access_token"]).status_code == 200


def test_subjects_are_compared_as_names_and_not_as_text(tls: World, tmp_path: Path) -> None:
    bot = issued(tls, tmp_path, subject_dn="CN=My Bot,OU=Chat,O=Example\\, Inc.,C=US")
    app = known_by(tls, tls_client_auth_subject_dn="cn=my  bot, ou=CHAT, o=Example\\2c Inc., c=us")
    assert exchange(app, bot).status_code == 200


def test_a_client_is_known_by_a_dns_name(tls: World, tmp_path: Path) -> None:
    bot = issued(tls, tmp_path, san_dns=["bot.example.com"])
    assert exchange(known_by(tls, tls_client_auth_san_dns="bot.example.com"), bot).status_code == 200
    refused = exchange(known_by(tls, tls_client_auth_san_dns="other.example.com"), bot)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")


def test_another_subject_no_certificate_and_plain_http_prove_nothing(tls: World, tmp_path: Path) -> None:
    bot, other = issued(tls, tmp_path), issued(tls, tmp_path, "other")
    app = known_by(tls, tls_client_auth_subject_dn=bot.subject)
    for wallet, cause in ((other, "not the registered one"), (nobody(bot), "shows no certificate")):
        refused = exchange(app, wallet)
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
        assert cause in why(app, refused)
    plain = requests.post(app.base + app.bank.oauth.token_path, data={"grant_type": "x", "client_id": app.client_id})
    assert plain.json()["error"] == "invalid_client"


def test_a_subject_that_is_none_cannot_be_registered(tls: World) -> None:
    wish = {"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_subject_dn": "no name"}
    answer = tls.control(
        "POST", "/clients", json={"bank": "chase", "name": "x", "redirect_uris": ["https://x.example"], **wish}
    )
    assert answer.status_code == 400, answer.text


def test_a_client_is_known_by_a_certificate_that_it_signed_itself(tls: World, tmp_path: Path) -> None:
    own, jwks = self_made(tls, tmp_path)
    wish = {"token_endpoint_auth_method": "self_signed_tls_client_auth", "jwks": jwks}
    app = application(tls, "usbank", register(tls, "usbank", **wish))
    answer = exchange(app, own)
    assert answer.status_code == 200, answer.text

    other, other_jwks = self_made(tls, tmp_path, "other")
    with pytest.raises(requests.exceptions.ConnectionError):  # nobody registered it, so the handshake fails
        exchange(app, other)
    register(tls, "usbank", **{**wish, "jwks": other_jwks})
    refused = exchange(app, other)
    assert refused.json()["error"] == "invalid_client"
    assert "not one that the client registered" in why(app, refused)


def test_a_certificate_that_somebody_signed_for_himself_bears_no_name(tls: World, tmp_path: Path) -> None:
    """It passes the handshake, since its maker registered it; the name on it is anybody's."""
    bot = issued(tls, tmp_path, subject_dn="CN=victim")
    forged, jwks = self_made(tls, tmp_path, "forged", common="victim")
    register(tls, "chase", token_endpoint_auth_method="self_signed_tls_client_auth", jwks=jwks)
    app = known_by(tls, tls_client_auth_subject_dn="CN=victim")
    assert exchange(app, bot).status_code == 200
    refused = exchange(app, forged)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")


# --- Case 47: tokens that are given to a certificate ----------------------------------------------------------------


@pytest.mark.parametrize("bank", ["chase", "citi", "usbank", "wellsfargo"])
def test_case_47_a_bound_token_needs_its_certificate(tls: World, tmp_path: Path, bank: str) -> None:
    bot, other = issued(tls, tmp_path), issued(tls, tmp_path, "other")
    app = known_by(tls, bank, tls_client_auth_subject_dn=bot.subject)
    token = exchange(app, bot).json()["access_token"]
    assert accounts(app, bot, token).status_code == 200
    for wallet, cause in ((other, "another certificate"), (nobody(bot), "shows none")):
        refused = accounts(app, wallet, token)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
        assert "Sandbank-Contract" not in refused.headers
        assert cause in why(app, refused)
    assert app.read(token).status_code == 401  # over plain HTTP


@pytest.mark.parametrize("header", ["Client-Cert", "X-Client-Cert", "X-SSL-Client-Cert", "X-Forwarded-Client-Cert"])
def test_case_47_a_forged_header_is_ignored(tls: World, tmp_path: Path, header: str) -> None:
    bot = issued(tls, tmp_path)
    app = known_by(tls, tls_client_auth_subject_dn=bot.subject)
    token = exchange(app, bot).json()["access_token"]
    shown = f":{b64encode(bot.der).decode()}:"
    assert by_header(app, token, header, shown).status_code == 401


def test_case_47_the_header_is_believed_of_a_trusted_proxy_alone(tmp_path: Path) -> None:
    for proxies, status in ((None, 200), ("127.0.0.1", 200), ("10.0.0.0/8, 192.0.2.1", 401)):
        with listening(trust_client_cert_header="Client-Cert", trusted_proxies=proxies) as server:
            world = world_in(server)
            bot, other = issued(world, tmp_path), issued(world, tmp_path, "other")
            app = known_by(world, tls_client_auth_subject_dn=bot.subject)
            token = exchange(app, bot).json()["access_token"]
            rfc9440, nginx = f":{b64encode(bot.der).decode()}:", quote(pem(bot))
            assert by_header(app, token, "Client-Cert", rfc9440).status_code == status
            assert by_header(app, token, "Client-Cert", nginx).status_code == status
            assert by_header(app, token, "X-Client-Cert", rfc9440).status_code == 401
            assert by_header(app, token, "Client-Cert", f":{b64encode(other.der).decode()}:").status_code == 401
            assert by_header(app, token, "Client-Cert", ":bm90aGluZw==:").status_code == (400 if status == 200 else 401)


def pem(wallet: Wallet) -> str:
    assert wallet.pair is not None
    return Path(wallet.pair[0]).read_text()


def by_header(app: App, token: str, name: str, shown: str) -> requests.Response:
    """The bank's accounts over plain HTTP, as a proxy would pass the call on."""
    headers = {"Authorization": f"Bearer {token}", name: shown}
    return requests.get(app.base + app.bank.accounts_path, headers=headers, timeout=30)


def test_introspection_and_the_token_itself_tell_the_certificate(tls: World, tmp_path: Path) -> None:
    bot = issued(tls, tmp_path)
    app = known_by(tls, "wellsfargo", tls_client_auth_subject_dn=bot.subject)
    token = exchange(app, bot).json()["access_token"]
    endpoint = app.metadata["mtls_endpoint_aliases"]["introspection_endpoint"]
    told = requests.post(endpoint, data={"token": token, "client_id": app.client_id}, timeout=30, **bot.tls).json()
    assert told["cnf"] == {"x5t#S256": bot.x5t}
    assert json.loads(jws.extract_compact(token.encode()).payload)["cnf"] == {"x5t#S256": bot.x5t}


def test_a_client_that_registered_for_bound_tokens_gets_no_others(tls: World, tmp_path: Path) -> None:
    bot = issued(tls, tmp_path)
    made = register(tls, "usbank", tls_client_certificate_bound_access_tokens=True)
    app = application(tls, "usbank", made)
    refused = exchange(app, nobody(bot), client_secret=made["client_secret"])
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request")
    assert exchange(app, bot, client_secret=made["client_secret"]).status_code == 200


def test_a_fapi2_client_binds_by_its_certificate_or_by_a_key(tls: World, tmp_path: Path) -> None:
    bot, holder = issued(tls, tmp_path), Holder()
    app = known_by(tls, "wellsfargo", tls_client_auth_subject_dn=bot.subject, profile="fapi2")
    alias = app.metadata["mtls_endpoint_aliases"]
    for proven in (False, True):
        query = requests.Request("GET", app.start()).prepare().url or ""
        form = dict(part.split("=", 1) for part in query.partition("?")[2].split("&"))
        form = {name: unquote(value) for name, value in form.items()}
        pushed = requests.post(alias["pushed_authorization_request_endpoint"], data=form, timeout=30, **bot.tls)
        assert pushed.status_code == 201, pushed.text
        given = tls.control(
            "POST",
            "/authorize",
            json={
                "url": f"{app.metadata['authorization_endpoint']}?client_id={app.client_id}"
                f"&request_uri={quote(pushed.json()['request_uri'], safe='')}",
                "customer": "omar",
            },
        ).json()
        code = unquote(given["redirect"].partition("code=")[2].partition("&")[0])
        asked = {"grant_type": "authorization_code", "code": code, "code_verifier": app.verifier}
        asked |= {"redirect_uri": app.redirect_uri, "client_id": app.client_id}
        headers = {}
        if proven:
            holder.listen(
                requests.post(
                    alias["token_endpoint"],
                    data=asked,
                    timeout=30,
                    **bot.tls,
                    headers={"DPoP": holder.proof("POST", alias["token_endpoint"])},
                )
            )
            headers = {"DPoP": holder.proof("POST", alias["token_endpoint"])}
        answer = requests.post(alias["token_endpoint"], data=asked, headers=headers, timeout=30, **bot.tls)
        assert answer.status_code == 200, answer.text
        assert answer.json()["token_type"] == ("DPoP" if proven else "Bearer")


def test_metadata_name_the_tls_port_where_there_is_one(tls: World, world: World) -> None:
    there, not_there = (
        requests.get(f"{one.server.url}/chase/.well-known/openid-configuration", timeout=30).json()
        for one in (tls, world)
    )
    port = tls.server.app.services.settings.tls_port
    aliases = there["mtls_endpoint_aliases"]
    assert aliases["token_endpoint"].startswith(f"https://127.0.0.1:{port}/chase/")
    assert there["tls_client_certificate_bound_access_tokens"] is True
    assert "tls_client_auth" in there["token_endpoint_auth_methods_supported"]
    assert "mtls_endpoint_aliases" not in not_there
    assert "tls_client_certificate_bound_access_tokens" not in not_there
    assert "tls_client_auth" not in not_there["token_endpoint_auth_methods_supported"]
    assert "ES256" in not_there["dpop_signing_alg_values_supported"]


def test_both_clocks_lie_inside_the_authoritys_time(tls: World) -> None:
    told = requests.get(f"{tls.server.url}/_sandbox/certificates", timeout=30).json()
    authority = x509.load_pem_x509_certificate(told["ca"].encode())
    for moment in (from_millis(wall()), tls.server.app.services.worlds.world("default").now):
        assert authority.not_valid_before_utc < moment < authority.not_valid_after_utc
