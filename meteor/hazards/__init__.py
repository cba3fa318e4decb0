"""Reports of hazards from citizens (Siab Maspro): flood, wind, fallen trees. The disaster agency verifies them."""

from meteor.web.package import Package

blueprint = Package(__name__)
