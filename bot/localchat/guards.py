"""Access to the local chat: for programs on this computer and its own page, no other page.

A web page from elsewhere can reach loopback: by a form or a script (it then says its Origin), or
under a name of its own that points to 127.0.0.1 (the Host header then carries that name).
"""

from aiohttp import web
from aiohttp.typedefs import Handler

HTTP_PORT = 80
NAMES = ("127.0.0.1", "localhost", "[::1]")
OWN_FETCH_SITES = frozenset({"same-origin", "none"})
# The page loads nothing from anywhere else, and talks to nobody else.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@web.middleware
async def admit(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse with 403 whatever a foreign page sent, before its body is read."""
    if reason := _refusal(request):
        raise web.HTTPForbidden(text=reason)
    return await handler(request)


async def protect(_: web.Request, response: web.StreamResponse) -> None:
    """Put the protecting headers on every answer."""
    response.headers.update(HEADERS)


def _refusal(request: web.Request) -> str | None:
    port = request.transport.get_extra_info("sockname")[1] if request.transport else 0
    if reason := refusal_of_host(request.host, port):
        return reason
    origin = request.headers.get("Origin")
    if not request.path.startswith("/page/"):
        return "no page may act as the bot" if origin else None
    if origin is None and request.method != "GET":
        return "only the chat page may do this"
    if origin not in {None, f"http://{request.host}"}:
        return "foreign origin"
    if request.headers.get("Sec-Fetch-Site", "none") not in OWN_FETCH_SITES:
        return "foreign page"
    return None


def refusal_of_host(host: str, port: int) -> str | None:
    """Return why a Host header is refused; browsers leave the usual port out of it."""
    ends = (f":{port}", "") if port == HTTP_PORT else (f":{port}",)
    return None if host in {f"{name}{end}" for name in NAMES for end in ends} else "unknown host"
