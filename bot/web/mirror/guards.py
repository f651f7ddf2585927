"""What a browser may do on the mirror's page, and which page may act as the local person."""

from starlette.requests import Request

# The page loads nothing from anywhere else and talks to nobody else; WebAssembly is compiled, but
# no text is run as a program. Telegram's web clients frame the page of a Mini App.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; "
        "connect-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors https://web.telegram.org"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
NAMES = ("127.0.0.1", "localhost", "[::1]")


def is_local(request: Request) -> bool:
    """Return whether a request comes from this computer's own page.

    A page from elsewhere can reach loopback: by a script (it then says its Origin), or under a
    name of its own that points to 127.0.0.1 (the Host header then carries that name).
    """
    server = request.scope.get("server") or ("", 0)
    host = request.headers.get("Host", "")
    return (
        host in {f"{name}:{server[1]}" for name in NAMES}
        and request.headers.get("Origin") == f"http://{host}"
        and request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    )
