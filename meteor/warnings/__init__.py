"""Warnings of BMKG and of the disaster agency: for which kelurahan, until when, and what to do."""

from meteor.web.package import Package

blueprint = Package(__name__)
