"""The Security Alert System: alarms of businesses, from panels and from a silent button."""

from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from meteor.accounts.roles import COMMAND_CENTRE
from meteor.premises import PREMISES
from meteor.sas.audit_sentences import FIELDS, SENTENCES
from meteor.sas.event_types import EVENT_TYPES
from meteor.web.package import NavigationEntry, Package


def forced_alerts(alerts: Select[UUID]) -> Select[int]:
    """Asks for the cancellations of these alerts by premises with a wrong code."""
    from meteor.sas.models import PremisesCancellation  # here, since models are loaded after the packages

    of_these = PremisesCancellation.alert_id.in_(alerts)
    return select(PremisesCancellation.id).where(PremisesCancellation.forced, of_these)


blueprint = Package(
    __name__,
    homes={"business": "sas.start"},
    navigation=[
        NavigationEntry(_l("Alarms"), "sas.alarm_screen", COMMAND_CENTRE, order=20),
        NavigationEntry(_l("Silent button"), "sas.button", ("business",), order=110),
        NavigationEntry(_l("Test"), "sas.test", ("business",), order=120),
        NavigationEntry(_l("Alarm panels"), "sas.all_panels", ("admin",), order=185, group=PREMISES, in_header=False),
    ],
    event_types=EVENT_TYPES,
    forced_alerts={"sas": forced_alerts},
    notices={
        "unverified": _l(
            "%(premises)s: cancelled, not verified. "
            "Check it with a contact who is not inside before units leave incident %(number)s."
        ),
        "panel_power": _l(
            "Mains power has failed at %(premises)s, and perhaps elsewhere: alarm panels run on batteries."
        ),
        "panel_battery": _l("The alarm panel of %(premises)s reports a battery problem: %(where)s."),
        "panel_communication": _l("The alarm panel of %(premises)s reports a communication problem: %(where)s."),
        "panel_tamper": _l("The alarm panel of %(premises)s reports tampering: %(where)s."),
        "panel_trouble": _l("The alarm panel of %(premises)s reports a problem: %(where)s."),
        "panel_key": _l("Panel %(account)s of %(premises)s used a wrong key. Its alarms are not taken."),
        "panel_locked": _l(
            "METEOR cannot open the stored key of Panel %(account)s of %(premises)s. "
            "Its alarms are not taken. Have the key entered again."
        ),
        "panel_plain": _l("A message without the key of Panel %(account)s of %(premises)s was not taken."),
        "panel_clock": _l("The clock of Panel %(account)s of %(premises)s is wrong. Its alarms are not taken."),
        "panel_unknown": _l("Signal from an unregistered panel: Panel %(account)s. Its alarms are not accepted."),
        "panel_altered": _l(
            "A message in the name of Panel %(account)s of %(premises)s was altered on its way and was refused."
        ),
        "panel_replayed": _l(
            "A message of Panel %(account)s of %(premises)s was recorded and sent again: it was refused."
        ),
        "panel_too_many": _l(
            "Panel %(account)s of %(premises)s sent too many signals in one message: %(taken)s were taken, "
            "%(left_out)s were left out. Call the premises."
        ),
        "panel_flooded": _l(
            "Panel %(account)s of %(premises)s sends more unconfirmed signals than are stored. "
            "Further ones are counted, and alarms still ring. Call the premises."
        ),
        "panel_unread": _l("Panel %(account)s of %(premises)s says something that METEOR cannot read."),
        "panel_unhandled": _l(
            "Look at what the alarm panel of %(premises)s said: METEOR could not see to it by itself."
        ),
    },
    quiet_notices={
        "alarm_signal": _l("%(incident)s: something at %(premises)s can wait, but somebody should look at it"),
        "panel_missed": _l("The alarm panel of %(premises)s has not been heard for longer than it should take."),
        "monthly_test": _l("The monthly test of the alarm of %(premises)s is due."),
        "monthly_missed": _l("The monthly test of the alarm of %(premises)s was not done (%(month)s)."),
    },
    audit_actions={
        "panel_added": _l("Alarm panel added"),
        "panel_changed": _l("Alarm panel changed"),
        "panel_key_changed": _l("Key of an alarm panel changed"),
        "panel_key_removed": _l("Key of an alarm panel removed"),
        "zone_added": _l("Zone added"),
        "zone_changed": _l("Zone changed"),
        "zone_removed": _l("Zone removed"),
        "test_began": _l("Test begun"),
        "test_ended": _l("Test ended"),
    },
    audit_sentences=SENTENCES,
    audit_fields=FIELDS,
)
