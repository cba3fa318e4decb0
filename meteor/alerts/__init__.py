"""The one intake: an alert from any channel, stored once and joined to an incident."""

from meteor.web.package import Package

blueprint = Package(__name__)
