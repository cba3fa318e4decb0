"""What becomes of something that a panel said: an incident, a line on the timeline of one, or only a record."""

from datetime import datetime

from meteor.sas.models import PanelEvent


def take(event: PanelEvent, at: datetime) -> None:
    """See to an event that was stored in this transaction, before it is acknowledged; it is told only once.

    `event.meaning` is one of codes.MEANINGS.
    """
