"""The OAuth operations of every bank's document, by the `x-oauth-endpoint` that they carry."""

from collections.abc import Callable, Mapping
from urllib.parse import parse_qs

from authlib.oauth2.rfc6749.errors import OAuth2Error

from sandbox.dialect.bank import Bank
from sandbox.dialect.call import Call, Reply
from sandbox.kernel.errors import NotModelled
from sandbox.oauth import discovery, mtls, userinfo, voice
from sandbox.oauth.consents import clusters_of
from sandbox.oauth.journey import Journey, Step
from sandbox.oauth.journeys import JourneyOver, Journeys, refusal_url
from sandbox.oauth.keys import Keys
from sandbox.oauth.mtls import Certificates
from sandbox.oauth.pages import Pages
from sandbox.oauth.pushed import PushedRequests
from sandbox.oauth.refusals import NO_STORE, OAuthRefused, refuse
from sandbox.oauth.registration import Registration
from sandbox.oauth.rules import judge
from sandbox.oauth.rules.request import AuthorizationRefused, AuthorizationRequest
from sandbox.oauth.server import TokenServer
from sandbox.oauth.signed import Signatures
from sandbox.oauth.token_request import TokenRequest
from sandbox.store.grants import Grants
from sandbox.worlds.worlds import Worlds

Handler = Callable[[Call], Reply]
CREDENTIALS = ("client_secret", "client_assertion", "client_assertion_type")
"""Parameters that prove the client, and are no part of what it asks for."""
CACHEABLE = {"Cache-Control": "public, max-age=300"}
"""Of keys: a client that meets a `kid` which it does not know asks again anyhow (OIDC Core 10.1.1)."""


class Endpoints:
    def __init__(
        self,
        *,
        banks: Mapping[str, Bank],
        grants: Grants,
        worlds: Worlds,
        journeys: Journeys,
        servers: Mapping[str, TokenServer],
        pages: Pages,
        signatures: Signatures,
        registration: Registration,
        certificates: Certificates,
        keys: Keys,
    ) -> None:
        self.banks = banks
        self.grants = grants
        self.worlds = worlds
        self.journeys = journeys
        self.servers = servers
        self.pages = pages
        self.signatures = signatures
        self.registration = registration
        self.certificates = certificates
        self.pushed = PushedRequests(grants, worlds)
        self.keys = keys
        self.handlers: Mapping[str, Handler] = {
            "authorize": self.authorize,
            "token": self.token,
            "refresh": self.refresh,
            "client_token": self.client_token,
            "revoke": self.revoke,
            "introspect": self.introspect,
            "par": self.push,
            "jwks": self.jwks,
            "userinfo": self.userinfo,
            "metadata": self.metadata,
            "ping": self.ping,
            "register": registration.register,
            "read_registration": registration.read,
            "update_registration": registration.update,
            "delete_registration": registration.delete,
        }

    def handler(self, endpoint: str) -> Handler:
        try:
            return self.handlers[endpoint]
        except KeyError:
            raise NotModelled(f"the OAuth endpoint {endpoint!r} is not modelled") from None

    def authorize(self, call: Call) -> Reply:
        values = parse_qs(call.query_string, keep_blank_values=True, errors="replace")
        try:
            journey = self.begin(judge(self.authorization_request(call.bank, call.base_url, values)))
        except AuthorizationRefused as refused:
            return self.refusal(call, refused)
        return Reply(None, 302, "text/html", {"Location": f"{call.base_url}/signin/{journey.journey_id}", **NO_STORE})

    def authorization_request(
        self, bank: Bank, issuer: str, values: dict[str, list[str]], *, pushed: bool = False, proven_key: str = ""
    ) -> AuthorizationRequest:
        """From the parameters of an authorization URL, or of a request that is being `pushed`."""
        return AuthorizationRequest(
            bank,
            issuer,
            values,
            self.grants.client,
            self.signatures,
            self.pushed.pull,
            pushed=pushed,
            proven_key=proven_key,
            active_consent=self.journeys.consents.active,
        )

    def begin(self, request: AuthorizationRequest) -> Journey:
        """The journey of a request that the rules have found good. One that was pushed leads to one journey. Whoever
        opens its address again before anybody has signed in (a reload, a double click) lands on the same; later it is
        spent, for it must not lead a second person into what the first has begun. Raises AuthorizationRefused."""
        if not request.request_uri:
            return self.journeys.begin(request)
        with self.grants.database.transaction():
            before = self.pushed.take(request)
            if not before:
                journey = self.journeys.begin(request)
                self.pushed.led_to(request.request_uri, journey.journey_id)
                return journey
        try:
            journey = self.journeys.find(request.bank, before)
            spent = journey.step is not Step.LOGIN
        except JourneyOver:
            spent = True
        if spent:
            request.redirect_uri = ""  # what a spent reference says does not count any more, not even where to answer
            request.refuse("invalid_request_uri", "request_uri was used before")
        return journey

    def refusal(self, call: Call, refused: AuthorizationRefused) -> Reply:
        """To the client where its redirect URI is known good, else on our own page."""
        call.explained = refused.explained()
        if refused.request.redirect_uri:
            return Reply(None, 302, "text/html", {"Location": refusal_url(refused), **NO_STORE})
        detail = f"{refused.error}: {refused.description}"
        return voice.page(call.bank, detail, self.pages, call.trace_id)

    def token(self, call: Call) -> Reply:
        return self.servers[call.bank.slug].token(call, "authorization_code", "refresh_token")

    def refresh(self, call: Call) -> Reply:
        return self.servers[call.bank.slug].token(call, "refresh_token")

    def client_token(self, call: Call) -> Reply:
        return self.servers[call.bank.slug].token(call, "client_credentials")

    def revoke(self, call: Call) -> Reply:
        return self.servers[call.bank.slug].revoke(call)

    def introspect(self, call: Call) -> Reply:
        return self.servers[call.bank.slug].introspect(call)

    def push(self, call: Call) -> Reply:
        server = self.servers[call.bank.slug]
        request = TokenRequest(call, call.bank)
        try:
            client = server.authenticate_client(request, endpoint="par")
            if "request_uri" in request.form:
                refuse("invalid_request", "request_uri cannot be pushed")
            jkt = server.pushed_key(request)
        except OAuth2Error as error:
            raise OAuthRefused(error) from error
        values = {name: [value] for name, value in request.form.items() if name not in CREDENTIALS}
        values["client_id"] = [client.client_id]
        try:
            judged = judge(self.authorization_request(call.bank, call.base_url, values, pushed=True, proven_key=jkt))
        except AuthorizationRefused as refused:
            raise refused.explained() from refused
        request_uri, seconds = self.pushed.push(judged)
        return Reply({"request_uri": request_uri, "expires_in": seconds}, 201, headers=NO_STORE)

    def jwks(self, call: Call) -> Reply:
        return Reply(self.keys.published(call.bank.slug), headers=CACHEABLE)

    def userinfo(self, call: Call) -> Reply:
        carried = clusters_of(call.bank, call.grant.scope)
        clusters = [cluster for cluster in call.consent.clusters if cluster in carried]
        return Reply(userinfo.claims(call.customer(), clusters), headers=NO_STORE)

    def metadata(self, call: Call) -> Reply:
        return Reply(mtls.metadata(discovery.metadata(call.bank, call.base_url), self.certificates))

    def ping(self, call: Call) -> Reply:
        """Alive, and the client that asks is known."""
        client_id = call.header.get("client-id", "")
        if self.grants.client(call.bank.slug, client_id) is None:
            return Reply({"error": "invalid_client"}, 401, headers={"WWW-Authenticate": "Basic", **NO_STORE})
        return Reply({"status": "ok"})
