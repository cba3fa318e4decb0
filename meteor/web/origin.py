"""Where a press comes from: our own page, or another site that only borrows the session."""

from urllib.parse import urlsplit

from werkzeug.datastructures import Headers


def is_our_own(headers: Headers, our_address: str) -> bool:
    """Whether a POST to `our_address` comes from a page of ours, by what the browser says.

    Sec-Fetch-Site, or Origin, or Referer, whichever there is. Every browser says one of them with a POST from another
    site; what says none is no browser, and holds the session by right.
    """
    site = headers.get("Sec-Fetch-Site")
    if site:
        return site in ("same-origin", "none")
    origin = headers.get("Origin") or headers.get("Referer")
    return origin is None or urlsplit(origin)[:2] == urlsplit(our_address)[:2]
