"""What the client asks for in detail (RFC 9396): at banks that know it FDX's consent request, `fdx_v1.0`. It narrows
what the scope stands for; without it a scope asks for all that it covers, and for as long as the bank has it."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Literal, Never

import msgspec

from sandbox.ledger.clusters import Cluster
from sandbox.ledger.consent_requests import ConsentRequest
from sandbox.ledger.consents import MAXIMUM, ONE_TIME, DurationType
from sandbox.ledger.purposes import needed
from sandbox.oauth.consents import narrowed, usual_request
from sandbox.oauth.rules.request import AuthorizationRequest

ABOUT_CUSTOMERS = frozenset({Cluster.CUSTOMER_CONTACT, Cluster.CUSTOMER_PERSONAL})


class Resource(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    resource_type: Literal["ACCOUNT", "CUSTOMER", "DOCUMENT"]
    data_clusters: Annotated[tuple[Cluster, ...], msgspec.Meta(min_length=1)]


class Wish(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """FDX's ConsentRequest; periods in days."""

    duration_type: DurationType
    resources: Annotated[tuple[Resource, ...], msgspec.Meta(min_length=1)]
    duration_period: Annotated[int, msgspec.Meta(ge=1, le=MAXIMUM.days)] | None = None
    lookback_period: Annotated[int, msgspec.Meta(ge=0, le=36_500)] | None = None


class FdxDetail(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="fdx_v1.0", rename="camel"):
    consent_request: Wish


DECODERS = {"fdx_v1.0": msgspec.json.Decoder(tuple[FdxDetail, ...])}


def authorization_details(request: AuthorizationRequest) -> None:
    asked = usual_request(request.bank, request.scope)
    text = request.value("authorization_details")
    if text:
        asked = _detailed(request, asked, _wish(request, text))
    useful = needed(request.known_client.purposes, asked.clusters)
    if asked.clusters and not useful:
        request.refuse("invalid_scope", "the purposes of this client use nothing of what it asks for")
    request.consent_request = replace(asked, clusters=useful, scope=narrowed(request.bank, asked.scope, useful))


def _wish(request: AuthorizationRequest, text: str) -> Wish:
    known = list(request.bank.oauth.authorization_details)
    if not known:
        _refuse(request, f"{request.bank.name} takes no authorization_details: the scope says what is asked for")
    try:
        [detail] = DECODERS[known[0]].decode(text)
    except msgspec.ValidationError as error:
        _refuse(request, str(error), known=known)
    except msgspec.DecodeError as error:
        _refuse(request, f"authorization_details is not JSON: {error}")
    except ValueError:
        _refuse(request, "authorization_details has to be an array of one object")
    return detail.consent_request


def _detailed(request: AuthorizationRequest, usual: ConsentRequest, wish: Wish) -> ConsentRequest:
    bank, named = request.bank, [cluster for resource in wish.resources for cluster in resource.data_clusters]
    for resource in wish.resources:
        stray = [
            one
            for one in resource.data_clusters
            if (one in ABOUT_CUSTOMERS) is not (resource.resource_type == "CUSTOMER")
        ]
        if stray:
            _refuse(request, f"{stray[0]} is no data of a resource of type {resource.resource_type}")
    strange = [cluster for cluster in named if cluster not in bank.clusters]
    if strange:
        _refuse(request, f"{bank.name} does not share {strange[0]}", offered=list(bank.clusters))
    beyond = [cluster for cluster in named if cluster not in usual.clusters]
    if beyond:
        request.refuse(
            "invalid_scope", f"the scope does not cover {beyond[0]} of the consent request", scope=request.scope
        )
    return replace(
        usual,
        clusters=tuple(cluster for cluster in bank.clusters if cluster in named),
        duration=wish.duration_type,
        period=_period(request, wish),
        lookback=bank.oauth.lookback
        if wish.lookback_period is None
        else min(timedelta(days=wish.lookback_period), bank.oauth.lookback),
        detailed=True,
    )


def _period(request: AuthorizationRequest, wish: Wish) -> timedelta:
    """How long the consent lasts. Only one that is bound in time says so itself; none outlives a year."""
    given = wish.duration_period
    if wish.duration_type is DurationType.TIME_BOUND:
        if given is None:
            _refuse(request, "a consentRequest that is TIME_BOUND needs a durationPeriod")
        return timedelta(days=given)
    if given is not None and wish.duration_type is DurationType.ONE_TIME and given != ONE_TIME.days:
        _refuse(request, "a consentRequest that is ONE_TIME lasts a day: leave durationPeriod out")
    return ONE_TIME if wish.duration_type is DurationType.ONE_TIME else MAXIMUM


def _refuse(request: AuthorizationRequest, problem: str, **facts: object) -> Never:
    request.refuse("invalid_authorization_details", problem, **facts)
