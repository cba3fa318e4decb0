"""Sentences of notices, by kind."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

SENTENCES = {
    "nobody_left": _l("No unit is left for incident %(number)s."),
    "left_open": _l("Nobody is there any more, and incident %(number)s is still open. Close it, or send a unit."),
    "unaccepted": _l("Nobody has accepted incident %(number)s yet."),
    "forced": _l("The reporter of incident %(number)s cancelled with a wrong PIN: perhaps they are forced to."),
    "needs_help_here": _l("The reporter of incident %(number)s needs help where they are now. Open the incident."),
    "unverified": _l(
        "%(premises)s: cancelled, not verified. "
        "Check it with a contact who is not inside before units leave incident %(number)s."
    ),
    "called_again": _l("The reporter of incident %(number)s has called for help again."),
    "held": _l("An alert of a suspended reporter waits for your decision: incident %(number)s."),
    "deadline_missed": _l("A deadline of incident %(number)s was missed by more than an hour. Look at it now."),
    "position_lost": _l("%(unit)s is available but sends no position: it is offered nothing. Call its crew."),
    "disk_low": _l("The disk of %(disk)s has only %(megabytes)d MB left. Free some space soon."),
    "undelivered": _l("A message could not be delivered for a day and was given up: %(topic)s."),
    "call_offered": _l("%(by)s asks you to take over a 112 call."),
    "alarm": _l("Unacknowledged alarm: incident %(number)s."),
    "alarm_at": _l("Unacknowledged alarm at %(premises)s: incident %(number)s."),
    "alarm_signal": _l("Something at %(premises)s can wait, but somebody should look at it: incident %(number)s."),
    "panel_power": _l("Mains power has failed at %(premises)s, and perhaps elsewhere: alarm panels run on batteries."),
    "panel_trouble": _l("The alarm panel of %(premises)s reports a problem: %(where)s."),
    "panel_missed": _l("The alarm panel of %(premises)s has not been heard for longer than it should take."),
    "panel_key": _l("The alarm panel of %(premises)s (%(account)s) used a wrong key. Its alarms are not taken."),
    "panel_locked": _l(
        "METEOR cannot open the stored key of the alarm panel of %(premises)s (%(account)s). Its alarms are not taken. "
        "Have the key entered again."
    ),
    "panel_plain": _l("A message without the key of the alarm panel of %(premises)s (%(account)s) was not taken."),
    "panel_clock": _l("The clock of the alarm panel of %(premises)s (%(account)s) is wrong. Its alarms are not taken."),
    "panel_unknown": _l("Signal from an unregistered alarm panel (%(account)s). Its alarms are not accepted."),
    "panel_altered": _l(
        "A message in the name of the alarm panel of %(premises)s (%(account)s) was altered on its way and was refused."
    ),
    "panel_replayed": _l(
        "A message of the alarm panel of %(premises)s (%(account)s) was recorded and sent again: it was refused."
    ),
    "panel_too_many": _l(
        "The alarm panel of %(premises)s (%(account)s) sent too many signals in one message: %(taken)s were taken, "
        "%(left_out)s were left out. Call the premises."
    ),
    "panel_flooded": _l(
        "The alarm panel of %(premises)s (%(account)s) sends more unconfirmed signals than are stored. Further ones "
        "are counted, and alarms still ring. Call the premises."
    ),
    "panel_unread": _l("The alarm panel of %(premises)s (%(account)s) says something that METEOR cannot read."),
    "panel_unhandled": _l("Look at what the alarm panel of %(premises)s said: METEOR could not see to it by itself."),
    "exchange_clock": _l(
        "Calls of %(client)s came %(seconds)s s off our clock: its clock is wrong, or it tells us late."
    ),
    "neighbourhood": _l("Somebody in your RT has called for help."),
    "neighbour": _l("Somebody needs help about %(metres)s m from your home. Can you go there?"),
    "neighbourhood_off": _l("You are not needed any more for an alert in your RT. Please do not go there. Thank you."),
    "neighbour_watch": _l(
        "The burglar alarm of a house about %(metres)s m from your home was set off. Do not go in. "
        "Watch from a safe place, and call 112 if you see somebody."
    ),
    "neighbour_off": _l(
        "You are not needed any more about %(metres)s m from your home. Please do not go there. Thank you."
    ),
    "recovery_asked": _l("A new password and phone number were requested for your account. Is it you? Answer now."),
    "phone_change_asked": _l("An administrator wants to change your phone number in METEOR. Is it right? Answer now."),
    "recovery_done": _l("Your account has a new password and phone number. If this is wrong, tell an administrator."),
    "phone_changed": _l("Your phone number in METEOR was changed. If this is wrong, tell an administrator."),
    "invited_again": _l(
        "An administrator made a link for a new password of yours. If this is wrong, tell another one."
    ),
    "second_factor_reset": _l(
        "The two-step verification of your account was reset and all your devices were signed out. "
        "If you did not ask for that, tell another administrator now."
    ),
    "recovery_rejected": _l("The requested change of your account was refused. Your account stays as it was."),
    "recovery_refused": _l("The owner of an account refused a requested change. Find out who asked."),
    "recovery_waits": _l("A citizen asks for access to an account again. The owner is asked first."),
    "gateway_failed": _l("Messages to phones do not go out: the gateway refuses them. Look at /readyz for the reason."),
    "messages_used_up": _l(
        "Most of today's messages to phones are used up. Look who signs up, and raise the limit if it is right."
    ),
    "unpushed": _l("Push notices did not get through to %(service)s in time. They stand on the screens only."),
    "monthly_test": _l("The monthly test of the alarm of %(premises)s is due."),
    "monthly_missed": _l("The monthly test of the alarm of %(premises)s was not done (%(month)s)."),
}
"""The kinds of notices.rules.tell, each with its sentence."""

QUIET = frozenset(
    {
        "monthly_test",
        "monthly_missed",
        "alarm_signal",
        "panel_missed",
        "exchange_clock",
        "recovery_waits",
        "messages_used_up",
    }
)
"""The kinds that are shown and never sound: what they ask for can wait, and some are read where an alarm is silent."""


def sentence(kind: str, detail: dict[str, Any]) -> str:
    """The sentence of a notice. An unknown kind has a general one."""
    if kind not in SENTENCES:
        return _("Something needs your attention.")
    return str(SENTENCES[kind]) % _Forgiving(detail)


def trial() -> str:
    """The text of a trial push."""
    return _("This is a trial: push works on this device.")


def lost() -> str:
    """The text when a push service has ended a subscription."""
    return _("METEOR can no longer reach this device by push. Tap here and turn it on again.")


class _Forgiving(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "–"
