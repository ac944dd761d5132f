"""A bare Starlette app that answers the same pages from the stored rows, and checks nothing: no token, no answer."""

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.data import ACCOUNTS
from benchmarks.peers.rows import Rows, dataset

rows = Rows(dataset())


async def transactions(request: Request) -> Response:
    query = request.query_params
    found, total, following = rows.page(
        request.path_params["ref"],
        query["startTime"],
        query["endTime"],
        int(query.get("offset", 0)),
        int(query.get("limit", 100)),
    )
    page: dict[str, object] = {"totalElements": total}
    if following is not None:
        page["nextOffset"] = str(following)
    body = b'{"transactions":[%b],"page":%b}' % (b",".join(found), orjson.dumps(page))
    return Response(body, media_type="application/json")


app = Starlette(routes=[Route(ACCOUNTS + "/{ref}/transactions", transactions)])
