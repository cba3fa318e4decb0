"""The safety of officers on duty: their own panic button."""

from meteor.web.package import Package
from meteor.welfare.event_types import EVENT_TYPES

blueprint = Package(__name__, event_types=EVENT_TYPES)
