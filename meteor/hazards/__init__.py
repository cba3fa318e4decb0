"""Reports of hazards from citizens (Siab Maspro): flood, wind, fallen trees. The disaster agency verifies them."""

from flask_babel import lazy_gettext as _l

from meteor.accounts.roles import RESIDENTS
from meteor.config import Settings
from meteor.web.package import NavigationEntry, Package


def _configure(settings: Settings) -> None:
    from meteor.hazards import photos  # here, since its models need the packages below to be loaded first

    photos.configure(settings)


blueprint = Package(
    __name__,
    navigation=[NavigationEntry(_l("Report a hazard"), "hazards.own_reports", RESIDENTS, order=70)],
    configure=_configure,
)
