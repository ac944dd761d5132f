"""The edge message_templates: created and approved at once, listed, edited, deleted."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from sandbox.dialect.call import Call, Reply
from sandbox.messenger.front import PREFIX
from sandbox.messenger.whatsapp.approval import approved
from sandbox.messenger.whatsapp.errors import NodeUnknown, ParameterInvalid, TemplateTwice
from sandbox.messenger.whatsapp.office import Office
from sandbox.messenger.whatsapp.subscribing import of_account
from sandbox.messenger.whatsapp.templates import Template, template_id
from sandbox.worlds.worlds import World

MOST = 250
PAGE = 25


def create(office: Office, call: Call) -> Reply:
    (world, _), wish = of_account(office, call), call.body
    name, language = wish["name"], wish["language"]
    listed = office.templates(world)
    if any((one.name, one.language) == (name, language) for one in listed):
        raise TemplateTwice(f"There is a template {name} in {language} already.", hint="Edit or delete it.")
    if len(listed) >= MOST:
        raise ParameterInvalid(f"An account has at most {MOST} templates.")
    category, form = wish["category"].upper(), wish.get("parameter_format", "POSITIONAL").upper()
    components = approved(category, form, wish["components"])
    place = len(office.all_templates(world))
    made = Template(template_id(world.world_id, name, language, place), name, language, category, components, form)
    office.set_template(world, made)
    return Reply({"id": made.template_id, "status": made.status, "category": made.category})


def listed(office: Office, call: Call) -> Reply:
    (world, _), query = of_account(office, call), call.query
    found = [one for one in office.templates(world) if _fits(one, query)]
    start = next((place + 1 for place, one in enumerate(found) if one.template_id == query.get("after")), 0)
    page = found[start : start + query.get("limit", PAGE)]
    told: dict[str, Any] = {"data": [shown(one, query.get("fields")) for one in page]}
    if page:
        told["paging"] = {"cursors": {"before": page[0].template_id, "after": page[-1].template_id}}
        if start + len(page) < len(found):
            again = urlencode({**query, "after": page[-1].template_id})
            told["paging"]["next"] = f"{call.base_url}{PREFIX}/{call.path['node']}/message_templates?{again}"
    if "summary" in query:
        told["summary"] = {"total_count": len(found), "message_template_count": len(found)} | {
            "message_template_limit": MOST,
            "are_translations_complete": True,
        }
    return Reply(told)


def _fits(template: Template, query: Any) -> bool:
    """Each filter is a list of alternatives; `name` is found in the name."""
    told = shown(template)
    wanted = {name: query[name].upper().split(",") for name in ("status", "category", "language") if name in query}
    return query.get("name", "") in template.name and all(
        str(told[name]).upper() in values for name, values in wanted.items()
    )


def edit(office: Office, world: World, template: Template, wish: dict[str, Any]) -> Reply:
    category = wish.get("category", template.category).upper()
    form = wish.get("parameter_format", template.parameter_format).upper()
    components = approved(category, form, wish["components"]) if "components" in wish else template.components
    edited = replace(template, category=category, parameter_format=form, components=components, status="APPROVED")
    office.set_template(world, edited)
    return Reply({"success": True, "id": edited.template_id, "name": edited.name, "category": edited.category})


def delete(office: Office, call: Call) -> Reply:
    """All languages of a name, or the one of an id."""
    (world, _), query = of_account(office, call), call.query
    doomed = [
        one for one in office.templates(world) if one.name == query["name"]
        and query.get("hsm_id", one.template_id) == one.template_id
    ]  # fmt: skip
    if not doomed:
        raise NodeUnknown(f"There is no template {query['name']} with that id.")
    for one in doomed:
        office.set_template(world, replace(one, status="DELETED"))
    return Reply({"success": True})


def shown(template: Template, fields: str | None = None) -> dict[str, Any]:
    told = {
        "id": template.template_id,
        "name": template.name,
        "language": template.language,
        "status": template.status,
        "category": template.category,
        "parameter_format": template.parameter_format,
        "components": template.components,
        "rejected_reason": "NONE",
    }
    wanted = [name.strip() for name in (fields or ",".join(told)).split(",")]
    return {name: value for name, value in told.items() if name == "id" or name in wanted}
