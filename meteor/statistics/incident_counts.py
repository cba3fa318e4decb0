"""Numbers of incidents that lead to the list of these incidents."""

from typing import Any
from urllib.parse import urlencode


class IncidentCount(int):
    """A number of incidents, with the `address` of the page that lists them. Otherwise it is an int."""

    address: str

    def __new__(cls, count: int, name: str, since: str, until: str, **part: Any) -> "IncidentCount":
        """Make the count of a list of incident_lists.LISTS: its name, months ("2026-11"), and part.

        Without a name it is one of response times: the part is a value of figures.DIMENSIONS.
        """
        it, folder = super().__new__(cls, count), f"/{name}" if name else ""
        it.address = f"/statistics/incidents{folder}?{urlencode({'since': since, 'until': until} | part)}"
        return it
