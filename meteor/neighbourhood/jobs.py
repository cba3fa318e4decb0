"""Outbox handler of the neighbourhood."""

from meteor.incidents import timeline
from meteor.neighbourhood import rules

HANDLERS = {timeline.VISIBILITY_CHANGED: rules.notify}
