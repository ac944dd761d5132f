"""A pact as a verifier can play it here: of the specification's version 3 or 4, and with generators for what only the
provider's world knows."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs

from sandbox.proof.pacts import AUTHORIZATION, from_state

Json = dict[str, Any]
PARTS = ("path", "query", "header", "body", "status")


def verifiable(pact: Mapping[str, Any]) -> Json:
    """Where a request of an interaction that is given a state shows a token, it will be the state's, unless the pact
    says itself where it comes from. Of version 2, rules and states are written as version 3 has them."""
    version = str(pact.get("metadata", {}).get("pactSpecification", {}).get("version", "2"))
    interactions = [_given(_newer(one) if version[:1] in "12" else one) for one in pact.get("interactions", ())]
    if version[:1] not in "12":
        return {**pact, "interactions": interactions}
    metadata = {**pact.get("metadata", {}), "pactSpecification": {"version": "3.0.0"}}
    return {**pact, "interactions": interactions, "metadata": metadata}


def states(pact: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """{name, params?} of all that its interactions are given; of version 3 or 4."""
    for interaction in pact["interactions"]:
        yield from interaction.get("providerStates") or ()


def _given(interaction: Mapping[str, Any]) -> Json:
    request = interaction.get("request")
    if not isinstance(request, Mapping) or not interaction.get("providerStates"):
        return dict(interaction)
    shown = next((name for name in request.get("headers") or {} if name.lower() == "authorization"), None)
    generators = request.get("generators") or {}
    told = generators.get("header") or {}
    if shown is None or any(name.lower() == "authorization" for name in told):
        return dict(interaction)
    header = {**told, shown: from_state(AUTHORIZATION)}
    return {**interaction, "request": {**request, "generators": {**generators, "header": header}}}


def _newer(interaction: Mapping[str, Any]) -> Json:
    told = dict(interaction)
    state = told.pop("providerState", told.pop("provider_state", None))
    if state:
        told["providerStates"] = [{"name": state}]
    for side in ("request", "response"):
        if rules := told.get(side, {}).get("matchingRules"):
            told[side] = {**told[side], "matchingRules": _rules(rules)}
    query = told.get("request", {}).get("query")
    if isinstance(query, str):
        told["request"] = {**told["request"], "query": parse_qs(query, keep_blank_values=True)}
    return told


def _rules(old: Mapping[str, Any]) -> Json:
    """`{"$.body.id": {"match": "type"}}` as `{"body": {"$.id": {"matchers": [{"match": "type"}]}}}`."""
    told: Json = {}
    for path, rule in old.items():
        part, rest = _place(path)
        matcher = rule if "match" in rule or ("min" not in rule and "max" not in rule) else {"match": "type", **rule}
        said = {"combine": "AND", "matchers": [matcher]}
        if part == "path":
            told[part] = said
        else:
            told.setdefault(part, {})[f"${rest}" if part == "body" else rest.strip(".[]'\"")] = said
    return told


def _place(path: str) -> tuple[str, str]:
    """Which part of the message a path of version 2 is about, and where in it."""
    bare = path.removeprefix("$").lstrip(".").removeprefix("['").replace("']", "", 1) if path[1:3] == "['" else path[2:]
    for part in ("headers", *PARTS):
        if bare == part or bare[: len(part) + 1] in (f"{part}.", f"{part}["):
            return part.removesuffix("s") if part == "headers" else part, bare[len(part) :]
    return "body", ""
