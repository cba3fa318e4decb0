"""Hazard reports exchanged with other services by Open311 GeoReport v2, in both directions."""

from meteor.web.package import Package

blueprint = Package(__name__)
