"""What an RT leader tells all residents of the own RT: notices, and alarms."""

from meteor.web.package import Package

blueprint = Package(__name__)
