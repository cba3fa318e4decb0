"""Data exchanged with partners: EIDO, GeoJSON, webhooks."""

from meteor.web.package import Package

blueprint = Package(__name__)
