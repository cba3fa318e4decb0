"""Numbers of incidents that lead to the list of these incidents."""

from typing import Any
from urllib.parse import urlencode


class IncidentCount(int):
    """A number of incidents, with the `address` of the page that lists them. Otherwise it is an int."""

    address: str

    def __new__(cls, count: int, name: str, since: str, until: str, **part: Any) -> "IncidentCount":
        """Make one of those of incident_lists.LISTS by name: its months ("2026-11"), and the part that it counts.

        Without a name it is one of response times: the part is a value of figures.DIMENSIONS.
        """
        it, folder = super().__new__(cls, count), f"/{name}" if name else ""
        it.address = f"/statistics/incidents{folder}?{urlencode({'since': since, 'until': until} | part)}"
        return it
