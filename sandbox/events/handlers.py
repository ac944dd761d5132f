"""The operations of openapi/events.yaml by operationId."""

from collections.abc import Mapping

from sandbox.dialect.bank import Handler
from sandbox.dialect.call import Call, Reply
from sandbox.events.catalogue import TYPES


def list_event_types(_call: Call) -> Reply:
    return Reply(
        {
            "event_types": [
                {
                    "type": f"sandbox.{name}",
                    "description": one.text,
                    "data_cluster": one.cluster.value if one.cluster else None,
                    "marketing": one.marketing,
                    "data": [
                        {
                            "name": member,
                            "form": what.form.value,
                            "description": what.text,
                            "nullable": what.nullable,
                            "optional": what.optional,
                        }
                        for member, what in one.data.items()
                    ],
                }
                for name, one in TYPES.items()
            ]
        }
    )


HANDLERS: Mapping[str, Handler] = {"listEventTypes": list_event_types}
