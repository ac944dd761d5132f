"""Giving, changing and withdrawing consent; what the pages, the dashboard, the control API and the banks' own consent
operations all use."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sandbox.dialect.bank import Bank
from sandbox.events.agenda import Agenda
from sandbox.kernel import ids
from sandbox.kernel.errors import (
    AccountNotFound,
    AccountRefused,
    ConsentAlreadyEnded,
    ConsentHeldBack,
    ConsentNotFound,
    ConsentNotSuspended,
    NothingShared,
    TargetingAlone,
)
from sandbox.ledger.accounts import Account, Quirk, Relationship
from sandbox.ledger.clients import Client
from sandbox.ledger.clusters import Cluster
from sandbox.ledger.consent_requests import ConsentRequest, GrantAction
from sandbox.ledger.consents import (
    MAXIMUM,
    ONE_TIME,
    Act,
    Consent,
    ConsentStatus,
    DurationType,
    Event,
    Refusal,
    SuspensionReason,
    authorized_at,
    changed,
    lives,
    resumed,
    revoked,
    status_at,
    suspended,
)
from sandbox.ledger.customers import Customer
from sandbox.ledger.purposes import Purpose, chosen, limited
from sandbox.oauth import disclosure
from sandbox.oauth.disclosure import Disclosure
from sandbox.store.grants import Grants
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.worlds import World, Worlds

INDIVIDUAL = "INDIVIDUAL"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a customer agreed to on the page."""

    account_ids: tuple[str, ...]
    purposes: tuple[str, ...] | None = None
    """Codes; None: all that the client has."""
    marketing: bool = False
    targeting: bool = False
    """Counts where marketing does."""
    two_factors: bool = True
    """Whether they had signed in with a second factor."""


@dataclass(frozen=True, slots=True)
class Parties:
    """Between whom a consent is made, and where."""

    world: World
    bank: Bank
    client: Client
    customer: Customer


@dataclass(frozen=True, slots=True)
class Shared:
    """What a consent shares of the accounts that somebody else holds as well."""

    consent: Consent
    views: tuple[AccountView, ...]


class Consents:
    def __init__(self, grants: Grants, worlds: Worlds, banks: Mapping[str, Bank], agenda: Agenda) -> None:
        self.grants = grants
        self.agenda = agenda
        self.worlds = worlds
        self.banks = banks

    # --- Giving ----------------------------------------------------------------------------------------------------

    def draft(self, parties: Parties, asked: ConsentRequest, choice: Choice) -> Consent:
        """The consent as it would be if the customer agreed now: a new one, or a grant merged with or replaced by it.
        Nothing is stored. Raises ConsentNotFound, NothingShared or PurposeUnknown."""
        fresh = self._fresh(parties, asked, choice)
        if asked.action in (None, GrantAction.CREATE):
            return fresh
        old = self.active(asked.grant_id)
        bank, whose = parties.bank, (parties.bank.slug, parties.client.client_id, parties.customer.customer_id)
        if old is None or (old.bank, old.client_id, old.customer_id) != whose:
            raise ConsentNotFound(f"the customer gave this client no grant {asked.grant_id!r} that lives")
        return _merged(bank, old, fresh) if asked.action is GrantAction.MERGE else _replaced(old, fresh)

    def disclosure(self, parties: Parties, draft: Consent) -> Disclosure:
        """What the customer is told of a draft: the review page's words."""
        held = self.worlds.held(parties.world, parties.customer, parties.bank.slug)
        return disclosure.disclose(parties.bank, parties.client, draft, held)

    def give(self, parties: Parties, asked: ConsentRequest, choice: Choice) -> Consent:
        """The draft, stored, with the version and the digest of what the customer was told. Tokens of a grant that was
        replaced are dead from the next call on."""
        with self.grants.database.transaction():
            draft = self.draft(parties, asked, choice)
            if asked.action in (None, GrantAction.CREATE):
                parties = replace(parties, world=self._renumbered(parties, draft))
            told, now = self.disclosure(parties, draft), parties.world.now
            consent = replace(draft, disclosure_version=disclosure.VERSION, disclosure_hash=told.digest)
            if asked.action in (None, GrantAction.CREATE):
                self.grants.add_consent(parties.world.world_id, consent)
                self.agenda.given(parties.world, consent)
                return consent
            if asked.action is GrantAction.REPLACE:
                self.grants.end_tokens_of(consent.consent_id, now)
            return self._change(consent.consent_id, lambda _world, _old: consent)

    def _renumbered(self, parties: Parties, fresh: Consent) -> World:
        """The world once its bank has given new names to those accounts that it names anew when they are linked again:
        to those that the customer shared with the client before."""
        world = parties.world
        anew = [one for one in self.worlds.shared(world, fresh) if Quirk.RENUMBERED_WHEN_LINKED in one.quirks]
        if not anew:
            return world
        given = self.grants.consents_of(world.world_id, parties.bank.slug, parties.client.client_id)
        known = {one for old in given if old.customer_id == fresh.customer_id for one in old.account_ids}
        for account in anew:
            if account.account_id in known:
                self.worlds.put_account(world, replace(account, numbering=account.numbering + 1))
        return self.worlds.world(world.world_id)

    @staticmethod
    def _fresh(parties: Parties, asked: ConsentRequest, choice: Choice) -> Consent:
        world, bank, client, customer = parties.world, parties.bank, parties.client, parties.customer
        purposes = limited(chosen(client.purposes, choice.purposes), asked.clusters)
        clusters = used_by(bank, purposes)
        if asked.clusters and not clusters:
            raise NothingShared("none of the purposes uses what is asked for", asked=list(asked.clusters))
        if asked.duration is DurationType.ONE_TIME:
            expires_at: datetime | None = world.now + ONE_TIME
        else:
            expires_at = world.now + min(asked.period, MAXIMUM) if asked.period else None
        return Consent(
            consent_id=ids.stable_uuid("consent", ids.secret(16)),
            bank=bank.slug,
            client_id=client.client_id,
            customer_id=customer.customer_id,
            account_ids=choice.account_ids,
            clusters=clusters,
            purposes=purposes,
            scope=narrowed(bank, asked.scope, clusters),
            created_at=world.now,
            expires_at=expires_at,
            duration=asked.duration,
            lookback_days=asked.lookback.days,
            marketing=choice.marketing,
            targeting=choice.marketing and choice.targeting,
            two_factors=choice.two_factors,
            persona=customer.persona,
            detailed=asked.detailed,
            managed=asked.action is not None,
            unattended_reads=bank.oauth.unattended_reads(client),
            history=(Event(world.now, Act.GRANTED, INDIVIDUAL),),
        )

    def eligible(self, world: World, bank: Bank, customer: Customer) -> list[Account]:
        return [account for account in self.worlds.held(world, customer, bank.slug) if not why_not(account)]

    def chosen(
        self, world: World, bank: Bank, customer: Customer, account_ids: Iterable[str] | None
    ) -> tuple[str, ...]:
        """The accounts a customer ticked, or all that can be shared. Raises AccountNotFound for any other."""
        offered = [account.account_id for account in self.eligible(world, bank, customer)]
        if account_ids is None:
            return tuple(offered)
        wanted = list(dict.fromkeys(account_ids))
        strangers = [account_id for account_id in wanted if account_id not in offered]
        if strangers:
            raise AccountNotFound(
                f"{strangers[0]!r} is not an account that {customer.username} can share", offered=offered
            )
        return tuple(account_id for account_id in offered if account_id in wanted)

    # --- Finding ---------------------------------------------------------------------------------------------------

    def get(self, consent_id: str) -> tuple[World, Consent]:
        """Raises ConsentNotFound."""
        found = self.grants.consent(consent_id)
        if found is None:
            raise ConsentNotFound(f"there is no consent {consent_id!r}")
        return self.worlds.world(found[0]), found[2]

    def find(self, consent_id: str) -> Consent:
        """Raises ConsentNotFound."""
        return self.get(consent_id)[1]

    def active(self, consent_id: str) -> Consent | None:
        """One that works now."""
        found = self.grants.consent(consent_id)
        if found is None:
            return None
        works = status_at(found[2], self.worlds.world(found[0]).now) is ConsentStatus.ACTIVE
        return found[2] if works else None

    def living(self, consent_id: str) -> Consent | None:
        """One that works now, or is held back for a while."""
        found = self.grants.consent(consent_id)
        return found[2] if found is not None and lives(found[2], self.worlds.world(found[0]).now) else None

    def client(self, bank: str, client_id: str) -> Client | None:
        return self.grants.client(bank, client_id)

    def recipients(self, bank: str, world_id: str) -> list[Client]:
        return [client for client in self.grants.clients(world_id) if client.bank == bank]

    def shared_by_others(self, world: World, customer: Customer) -> Iterator[Shared]:
        """What other people's consents share of the accounts that the customer holds with them."""
        for consent in self.grants.consents(world.world_id):
            if consent.customer_id == customer.customer_id or not lives(consent, world.now):
                continue
            held = (view for view in self.worlds.accounts(world, customer, consent.bank) if holds(view, customer))
            common = tuple(view for view in held if view.account.account_id in consent.account_ids)
            if common:
                yield Shared(consent, common)

    # --- Changing --------------------------------------------------------------------------------------------------

    def amend(
        self,
        consent_id: str,
        *,
        account_ids: Iterable[str] | None = None,
        purposes: Iterable[str] | None = None,
        marketing: bool | None = None,
        targeting: bool | None = None,
        by: str = INDIVIDUAL,
    ) -> Consent:
        """Other accounts, fewer purposes, or another word on offers, by the customer; None leaves a thing as it is. It
        holds from the next call on. Raises ConsentNotFound, ConsentAlreadyEnded, AccountNotFound, AccountRefused,
        PurposeUnknown, TargetingAlone or NothingShared."""
        wanted = None if account_ids is None else list(account_ids)
        codes = None if purposes is None else list(purposes)

        def change(world: World, consent: Consent) -> Consent:
            bank, kept, members = self.banks[consent.bank], consent, []
            if wanted is not None:
                customer = self.worlds.customer_by_id(world, consent.customer_id, consent.persona)
                kept = replace(kept, account_ids=self.chosen(world, bank, customer, wanted))
                back = [one.account_id for one in consent.refusals if one.account_id in kept.account_ids]
                if back:
                    raise AccountRefused("another holder took the account out", account=back[0])
                members.append("accounts")
            if codes is not None:
                required = [purpose.code for purpose in consent.purposes if purpose.required]
                left = chosen(consent.purposes, [*codes, *required])
                clusters = used_by(bank, left)
                scope = narrowed(bank, consent.scope, clusters)
                kept = replace(kept, purposes=left, clusters=clusters, scope=scope)
                members.append("purposes")
            if marketing is not None:
                kept = replace(kept, marketing=marketing, targeting=kept.targeting and marketing)
                members.append("marketing")
            if targeting is not None:
                kept = with_targeting(kept, targeting)
                members.append("targeting")
            if not kept.account_ids or not kept.purposes:
                raise NothingShared("nothing would be shared any more", hint="Withdraw the consent instead.")
            return changed(kept, Event(world.now, Act.AMENDED, by, ", ".join(members)))

        return self._change(consent_id, change)

    def refuse(self, consent_id: str, account_id: str, holder: Customer) -> Consent:
        """Another holder takes a joint account out of a consent, at once; the consent ends when nothing is left in it.
        Raises ConsentNotFound, ConsentAlreadyEnded or AccountNotFound."""

        def change(world: World, consent: Consent) -> Consent:
            held = self.worlds.accounts(world, holder, consent.bank)
            mine = [view.account.account_id for view in held if holds(view, holder)]
            if consent.customer_id == holder.customer_id or account_id not in mine:
                raise AccountNotFound(f"{holder.username} holds no account {account_id!r} with the one who shares it")
            if account_id not in consent.account_ids:
                raise AccountNotFound("the consent does not share that account", shared=list(consent.account_ids))
            refusal = Refusal(account_id, holder.customer_id, world.now)
            left = tuple(one for one in consent.account_ids if one != account_id)
            event = Event(world.now, Act.REFUSED, INDIVIDUAL, account_id)
            less = changed(consent, event, account_ids=left, refusals=(*consent.refusals, refusal))
            if left:
                return less
            self.grants.end_tokens_of(consent_id, world.now)
            return revoked(less, at=world.now, reason="USER_ACTION", initiator=INDIVIDUAL)

        return self._change(consent_id, change)

    def revoke(self, consent_id: str, *, reason: str, initiator: str) -> Consent:
        """Withdraw: every token of the consent is dead from the next call on. Raises ConsentNotFound or
        ConsentAlreadyEnded."""

        def change(world: World, consent: Consent) -> Consent:
            self.grants.end_tokens_of(consent_id, world.now)
            return revoked(consent, at=world.now, reason=reason, initiator=initiator)

        return self._change(consent_id, change)

    def suspend(self, consent_id: str, reason: SuspensionReason) -> Consent:
        """The bank holds it back: nothing is read and nothing told under it until it goes on. Its tokens stay as they
        are. Raises ConsentNotFound, ConsentAlreadyEnded or ConsentHeldBack."""

        def change(world: World, consent: Consent) -> Consent:
            if status_at(consent, world.now) is ConsentStatus.SUSPENDED:
                raise ConsentHeldBack("the bank holds the consent back already", reason=consent.suspensions[-1].reason)
            told = self.agenda.caught_up(world, consent)
            return suspended(consent, at=world.now, reason=reason, told=told)

        return self._change(consent_id, change)

    def resume(self, consent_id: str) -> Consent:
        """Raises ConsentNotFound, ConsentAlreadyEnded or ConsentNotSuspended."""

        def change(world: World, consent: Consent) -> Consent:
            if status_at(consent, world.now) is not ConsentStatus.SUSPENDED:
                raise ConsentNotSuspended("the bank does not hold the consent back")
            told = self.agenda.caught_up(world, consent)
            return resumed(consent, at=world.now, told=told)

        return self._change(consent_id, change)

    def strike_off(self, client: Client) -> None:
        """A registration's end: what customers gave it is withdrawn, and its own tokens are dead, from the next call
        on. Call it in a transaction."""
        now = self.worlds.world(client.world_id).now
        for consent in self.grants.consents(client.world_id):
            own = consent.client_id == client.client_id and consent.bank == client.bank
            if own and lives(consent, now):
                self.revoke(consent.consent_id, reason="BUSINESS_RULE", initiator="DATA_PROVIDER")
        self.grants.end_tokens_of_client(client.bank, client.client_id, now)
        self.grants.delete_client(client.bank, client.client_id)

    def _change(self, consent_id: str, change: Callable[[World, Consent], Consent]) -> Consent:
        """Of a consent that has not ended: while the bank holds it back people may still narrow and withdraw it. Raises
        ConsentNotFound or ConsentAlreadyEnded."""
        with self.grants.database.transaction():
            found = self.grants.consent(consent_id)
            if found is None:
                raise ConsentNotFound(f"there is no consent {consent_id!r}")
            world_id, version, consent = found
            world = self.worlds.world(world_id)
            if not lives(consent, world.now):
                status = status_at(consent, world.now)
                raise ConsentAlreadyEnded(f"the consent is {status.lower()} already", status=status.value)
            after = change(world, consent)
            if not self.grants.set_consent(after, version):
                raise ConsentAlreadyEnded("somebody else changed the consent just now")
            self.agenda.altered(world, consent, after)
        return after


# --- Pieces -----------------------------------------------------------------------------------------------------------


def why_not(account: Account) -> str:
    """Why an account cannot be shared; empty if it can. Closed accounts can: their history is the customer's."""
    return "" if account.shareable else "This account cannot be shared with other companies."


def holds(view: AccountView, customer: Customer) -> bool:
    """Whether an account is somebody's own, not one that they may only use."""
    return any(
        holder.customer_id == customer.customer_id and holder.relationship is not Relationship.AUTHORIZED_USER
        for holder in view.account.holders
    )


def clusters_of(bank: Bank, scope: str) -> tuple[Cluster, ...]:
    """The data clusters that a scope lets a client read, in the bank's order."""
    named = {cluster for word in scope.split() for cluster in bank.oauth.scopes.get(word, ())}
    return tuple(cluster for cluster in bank.clusters if cluster in named)


def narrowed(bank: Bank, scope: str, clusters: Iterable[Cluster]) -> str:
    """The words of a scope that lead to something granted, and those that stand for no data."""
    granted = set(clusters)
    covered = {word: set(bank.oauth.scopes.get(word, ())) for word in scope.split()}
    return " ".join(word for word, leads_to in covered.items() if not leads_to or leads_to & granted)


def with_targeting(consent: Consent, targeting: bool) -> Consent:
    """Raises TargetingAlone."""
    if targeting and not consent.marketing:
        raise TargetingAlone("the customer did not agree to offers", hint="Say marketing as well.")
    return replace(consent, targeting=targeting)


def used_by(bank: Bank, purposes: Iterable[Purpose]) -> tuple[Cluster, ...]:
    """The data that serves any of the purposes, in the bank's order."""
    used = {cluster for purpose in purposes for cluster in purpose.clusters}
    return tuple(cluster for cluster in bank.clusters if cluster in used)


def usual_request(bank: Bank, scope: str, clusters: tuple[Cluster, ...] | None = None) -> ConsentRequest:
    """What a client asks for that says no more than a scope."""
    lifetime = bank.oauth.consent_lifetime
    return ConsentRequest(
        scope=scope,
        clusters=clusters_of(bank, scope) if clusters is None else clusters,
        duration=DurationType.TIME_BOUND if lifetime else DurationType.PERSISTENT,
        period=lifetime,
        lookback=bank.oauth.lookback,
    )


def _merged(bank: Bank, old: Consent, fresh: Consent) -> Consent:
    """The grant with what was agreed to now as well; it sees as far back as either."""
    now = fresh.created_at
    refused = {one.account_id for one in old.refusals}
    added = tuple(one for one in fresh.account_ids if one not in old.account_ids and one not in refused)
    purposes = _united(bank, old.purposes, fresh.purposes)
    reach = (now - (authorized_at(old) - timedelta(days=old.lookback_days))).days
    return replace(
        _reauthorized(old, fresh, "merge"),
        account_ids=(*old.account_ids, *added),
        purposes=purposes,
        clusters=used_by(bank, purposes),
        scope=" ".join(dict.fromkeys([*old.scope.split(), *fresh.scope.split()])),
        lookback_days=max(reach, fresh.lookback_days),
        marketing=old.marketing or fresh.marketing,
        targeting=old.targeting or fresh.targeting,
        detailed=old.detailed or fresh.detailed,
    )


def _replaced(old: Consent, fresh: Consent) -> Consent:
    """The grant with what was agreed to now instead."""
    refused = {one.account_id for one in old.refusals}
    account_ids = tuple(one for one in fresh.account_ids if one not in refused)
    if not account_ids:
        raise AccountRefused("another holder took every account out that is asked for")
    return replace(
        _reauthorized(old, fresh, "replace"),
        account_ids=account_ids,
        purposes=fresh.purposes,
        clusters=fresh.clusters,
        scope=fresh.scope,
        lookback_days=fresh.lookback_days,
        marketing=fresh.marketing,
        targeting=fresh.targeting,
        detailed=fresh.detailed,
    )


def _reauthorized(old: Consent, fresh: Consent, how: str) -> Consent:
    return changed(
        old,
        Event(fresh.created_at, Act.REAUTHORIZED, INDIVIDUAL, how),
        authorized_at=fresh.created_at,
        two_factors=fresh.two_factors,
        expires_at=fresh.expires_at,
        duration=fresh.duration,
        managed=True,
    )


def _united(bank: Bank, old: tuple[Purpose, ...], new: tuple[Purpose, ...]) -> tuple[Purpose, ...]:
    """Each purpose with the data of both."""
    together: dict[str, Purpose] = {}
    for purpose in (*old, *new):
        known = together.get(purpose.code, replace(purpose, clusters=()))
        clusters = {*known.clusters, *purpose.clusters}
        ordered = tuple(cluster for cluster in bank.clusters if cluster in clusters)
        together[purpose.code] = replace(purpose, clusters=ordered)
    return tuple(together.values())
