"""What a partner's agent writes down."""

from typing import Any

from tests.cast import HOME

AT_SARIS_DOOR = {"latitude": HOME[0], "longitude": HOME[1], "radius": 30}


def told(**changes: Any) -> dict[str, Any]:
    """A fire at Sari's door, as somebody who passed by told it."""
    return {"type": "fire", "phone": "0812-3456-7890", "location": AT_SARIS_DOOR} | changes
