"""Health checks and metrics: whether the bot is alive, whether it is ready, and its figures."""

import hmac
from collections.abc import Sequence
from functools import partial
from typing import Any

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.services import Services
from bot.storage.database import StorageError
from bot.storage.load import Waiting, waiting
from bot.upkeep.metrics import CONTENT_TYPE
from bot.upkeep.vitals import State

HEADERS = {"Cache-Control": "no-store"}
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via", "CF-Connecting-IP")


def health_routes(services: Services) -> Sequence[Route]:
    """Return `/healthz`, `/readyz` and `/metrics`."""
    return (
        Route("/healthz", partial(tell_alive, services)),
        Route("/readyz", partial(tell_ready, services)),
        Route("/metrics", partial(tell_figures, services)),
    )


async def tell_alive(services: Services, _: Request) -> Response:
    """Liveness: 503 when the event loop was blocked just now, so that a restart would help."""
    vitals = services.vitals
    document = {"alive": not vitals.stuck, "loop_lag_s": round(vitals.lag_s, 3)}
    return JSONResponse(document, 503 if vitals.stuck else 200, HEADERS)


async def tell_ready(services: Services, _: Request) -> Response:
    """Readiness: 503 while the bot starts, stops, or cannot reach the database."""
    state = services.vitals.state
    document: dict[str, Any] = {  # Any: of JSON
        "state": state.value,
        "loop_lag_s": round(services.vitals.lag_s, 3),
        "graph": services.graph.snapshot.version,
        "tracks": len(services.graph.snapshot),
    }
    found = await _waiting(services)
    document["database"] = "ok" if found else "failed"
    if found:
        document |= {"inbox": found.n, "oldest_s": round(found.oldest_s, 1)}
    ready = state is State.READY and document["database"] == "ok"
    return JSONResponse({"ready": ready, **document}, 200 if ready else 503, HEADERS)


async def tell_figures(services: Services, request: Request) -> Response:
    """Return all metrics to clients that may read them; others get 404, as if there were none."""
    if not may_read(services.settings.metrics_token, request):
        return Response(status_code=404)
    found = await _waiting(services)
    text = services.metrics.text(found, services.vitals, services.graph.snapshot)
    return Response(text, 200, HEADERS, media_type=CONTENT_TYPE)


def may_read(token: SecretStr | None, request: Request) -> bool:
    """Return whether a request shows the token; without one, whether it came through no proxy.

    A web server that passes all addresses on would show the figures to everybody.
    """
    if token is None:
        return not any(name in request.headers for name in FORWARDED)
    shown = request.headers.get("Authorization", "").encode()
    return hmac.compare_digest(shown, f"Bearer {token.get_secret_value()}".encode())


async def _waiting(services: Services) -> Waiting | None:
    """Return what waits in the inbox; None where the database cannot say."""
    try:
        return await services.database.run(waiting, at=services.now())
    except StorageError:
        return None
