"""Labels of hazards: none is missing."""

from meteor.hazards import labels
from meteor.hazards.models import KINDS, MESSAGES, STATUSES


def test_every_kind_status_and_message_has_its_label() -> None:
    assert set(labels.KINDS) == set(KINDS)
    assert set(labels.STATUSES) == set(labels.OWN_STATUSES) == set(STATUSES)
    assert set(labels.HAPPENED) == set(labels.MESSAGES) == set(MESSAGES)
