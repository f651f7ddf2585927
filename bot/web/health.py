"""What a machine asks about the bot: is it alive, is it ready."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.services import Services
from bot.storage.database import StorageError
from bot.storage.inbox import depth
from bot.upkeep.vitals import State

HEADERS = {"Cache-Control": "no-store"}


def health_routes(services: Services) -> Sequence[Route]:
    """Return `/healthz` and `/readyz`."""
    return (
        Route("/healthz", partial(tell_alive, services)),
        Route("/readyz", partial(tell_ready, services)),
    )


async def tell_alive(services: Services, _: Request) -> Response:
    """Say that the event loop turns: 503 when it was stuck just now, and a restart would help."""
    vitals = services.vitals
    document = {"alive": not vitals.stuck, "loop_lag_s": round(vitals.lag_s, 3)}
    return JSONResponse(document, 503 if vitals.stuck else 200, HEADERS)


async def tell_ready(services: Services, _: Request) -> Response:
    """Say whether people are answered here: 503 while it starts, stops, or cannot store."""
    state = services.vitals.state
    document: dict[str, Any] = {  # Any: of JSON
        "state": state.value,
        "loop_lag_s": round(services.vitals.lag_s, 3),
        "graph": services.graph.snapshot.version,
        "tracks": len(services.graph.snapshot),
    }
    try:
        document["inbox"] = await services.database.run(depth)
        document["database"] = "ok"
    except StorageError:
        document["database"] = "failed"
    ready = state is State.READY and document["database"] == "ok"
    return JSONResponse({"ready": ready, **document}, 200 if ready else 503, HEADERS)
