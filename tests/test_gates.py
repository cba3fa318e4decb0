"""Every route and every role, against a written table: who gets in, and who does not."""

import re
from collections.abc import Callable, Collection

import pytest
from flask import Flask

from meteor.accounts.models import UserRole
from meteor.accounts.roles import ROLES
from meteor.clients.models import SCOPES
from meteor.store.database import db
from tests.cast import PEOPLE, Cast
from tests.conftest import Browser
from tests.partners import Partner

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)  # no gate asks the database which one it is

SIGNED_IN = " ".join(ROLES)
# Who is admitted: the methods and addresses. A new route belongs here before its test is green.
TABLE = {
    "everyone": """
        GET /
        GET /api/v1/openapi.json
        GET /areas/rt
        GET /cap/<identifier>.xml
        GET /cap/feed.xml
        GET POST /claims
        GET POST /claims/<code>
        POST /claims/<code>/message
        POST /claims/<code>/proof
        GET /follow/<token>
        GET /follow/<token>/status
        GET /hazards
        GET /hazards/new
        POST /hazards
        GET /hazards/follow/<token>
        POST /hazards/follow/<token>/messages
        GET /hazards/follow/<token>/photos/<photo_id>
        GET /hazards/follow/<token>/state
        POST /hazards/follow/<token>/withdrawal
        GET /hazards/public
        GET /hazards/public.geojson
        GET /hazards/public/rows
        GET /healthz
        GET /rosters/calendar/<token>.ics
        GET /evacuation
        GET /evacuation.geojson
        GET POST /invitations/<token>
        POST /language
        GET /map/basemap.geojson
        GET /map/streets/<level>.geojson
        GET /metrics
        GET /notices/service-worker.js
        GET /open311/discovery.<form>
        GET /open311/v2/discovery.<form>
        GET /open311/v2/requests.<form>
        GET /open311/v2/requests/<number>.<form>
        GET /open311/v2/services.<form>
        GET /open311/v2/services/<code>.<form>
        GET /open311/v2/tokens/<token>.<form>
        GET /readyz
        GET /service-worker.js
        GET POST /sign-in
        GET POST /sign-in/second-factor
        GET POST /sign-in/passkey
        POST /sign-in/second-factor/passkey
        POST /sign-in/second-factor/recovery-code
        POST /sign-out
        GET POST /sign-up
        GET /sign-up/done
        GET /start
        GET /statistics/public
        GET /statistics/public.csv
        GET /statistics/public.geojson
        GET POST /styleguide
        GET /tablet-worker.js
        GET /warnings
        GET /warnings/<warning_id>
        GET /warnings.geojson
    """,
    SIGNED_IN: """
        GET /account
        GET /account/devices
        POST /account/devices/<session_id>/sign-out
        POST /account/devices/others/sign-out
        POST /account/password
        GET POST /account/phone
        POST /account/phone/code
        GET POST /account/phone/verification
        POST /account/pin
        GET POST /account/proof
        GET /account/recovery
        GET POST /account/second-factor
        POST /account/second-factor/confirmation
        POST /account/second-factor/passkeys
        POST /account/second-factor/passkeys/<passkey_id>/removal
        POST /account/second-factor/passkeys/new
        POST /account/second-factor/recovery-codes
        POST /account/second-factor/removal
        POST /account/recovery/<request_id>/confirmation
        POST /account/recovery/<request_id>/refusal
        GET POST /alerts
        GET /alerts/<alert_id>
        POST /alerts/<alert_id>/cancellation
        POST /alerts/<alert_id>/kind
        POST /alerts/<alert_id>/messages
        POST /alerts/<alert_id>/notes
        POST /alerts/<alert_id>/place
        POST /alerts/<alert_id>/position
        POST /alerts/<alert_id>/rating
        POST /alerts/<alert_id>/sharing
        GET /alerts/<alert_id>/status
        GET /sas/alarms/<alert_id>
        GET POST /sas/alarms/<alert_id>/cancellation
        POST /sas/alarms/<alert_id>/notes
        GET /sas/alarms/<alert_id>/status
        POST /drills
        GET /hazards/photos/<photo_id>
        GET /hazards/reports/<report_id>
        GET /hazards/reports/<report_id>/state
        POST /hazards/reports/<report_id>/messages
        POST /hazards/reports/<report_id>/withdrawal
        GET /map/place
        GET /onboarding
        GET /onboarding/<step>
        POST /onboarding/pin
        GET /notices
        POST /notices/<notice_id>/acknowledgement
        POST /notices/acknowledgement
        GET POST /notices/devices
        POST /notices/devices/<device_id>/removal
        POST /notices/devices/<device_id>/trial
        GET /rt-messages
        GET /rt-messages/<message_id>
        POST /warnings/<warning_id>/safety
        GET /warnings/banner
        GET /warnings/headline
        POST /warnings/<warning_id>/opening
    """,
    "admin": """
        GET /admin
        GET /admin/jobs
        GET /admin/state
        GET /admin/undelivered
        GET /admin/agencies
        GET POST /admin/agencies/<agency_id>
        GET POST /admin/agencies/new
        GET /admin/areas
        GET POST /admin/areas/import/<name>
        POST /admin/areas/import/<name>/confirmation
        GET /admin/areas/import/<name>/template.csv
        GET POST /admin/areas/kecamatan/<kecamatan_id>
        GET POST /admin/areas/kelurahan/<kelurahan_id>
        GET POST /admin/areas/kelurahan/<kelurahan_id>/rt/new
        GET /admin/areas/landmarks
        GET POST /admin/areas/landmarks/<landmark_id>
        POST /admin/areas/landmarks/<landmark_id>/removal
        GET POST /admin/areas/landmarks/new
        GET /admin/areas/landmarks/search
        GET POST /admin/areas/adjacent-authority
        GET POST /admin/areas/rt/<rt_id>
        POST /admin/areas/rt/<rt_id>/removal
        GET /admin/audit
        POST /admin/audit/export
        GET /admin/capabilities
        GET POST /admin/capabilities/<code>
        POST /admin/capabilities/<code>/removal
        GET POST /admin/capabilities/new
        GET /admin/unit-kinds
        GET POST /admin/unit-kinds/<kind>
        GET /admin/clients
        GET POST /admin/clients/<client_id>
        GET /admin/clients/<client_id>/deliveries
        POST /admin/clients/<client_id>/deliveries/<item_id>/resending
        POST /admin/clients/<client_id>/disabling
        POST /admin/clients/<client_id>/enabling
        POST /admin/clients/<client_id>/tokens
        POST /admin/clients/<client_id>/tokens/<token_id>/revocation
        GET POST /admin/clients/<client_id>/webhook
        GET POST /admin/clients/new
        GET /admin/incident-types
        GET POST /admin/incident-types/<type_id>
        GET POST /admin/incident-types/<type_id>/script
        GET POST /admin/incident-types/<type_id>/script/<kind>/<part_id>
        POST /admin/incident-types/<type_id>/script/<kind>/<part_id>/removal
        GET POST /admin/incident-types/<type_id>/script/<kind>/new
        GET POST /admin/incident-types/new
        GET /admin/members
        GET POST /admin/members/<user_id>
        GET /admin/members/<user_id>/card
        GET POST /admin/members/import
        POST /admin/members/import/confirmation
        GET /admin/members/import/template.csv
        GET POST /admin/members/invitations
        GET POST /admin/members/new
        GET /admin/open311-endpoints
        GET POST /admin/open311-endpoints/<endpoint_id>
        POST /admin/open311-endpoints/<endpoint_id>/items/<item_id>/resending
        POST /admin/open311-endpoints/<endpoint_id>/mapping
        POST /admin/open311-endpoints/<endpoint_id>/removal
        POST /admin/open311-endpoints/<endpoint_id>/services
        GET POST /admin/open311-endpoints/new
        GET /admin/premises
        GET POST /admin/premises/<premises_id>
        GET /admin/premises/<premises_id>/panels
        GET POST /admin/premises/<premises_id>/panels/<panel_id>
        POST /admin/premises/<premises_id>/panels/<panel_id>/key
        POST /admin/premises/<premises_id>/panels/<panel_id>/key/removal
        GET POST /admin/premises/<premises_id>/panels/<panel_id>/zones/<zone_id>
        POST /admin/premises/<premises_id>/panels/<panel_id>/zones/<zone_id>/removal
        GET POST /admin/premises/<premises_id>/panels/<panel_id>/zones/new
        GET POST /admin/premises/<premises_id>/panels/new
        POST /admin/premises/<premises_id>/pictures/<picture_id>/removal
        GET POST /admin/premises/<premises_id>/pictures/new
        POST /admin/premises/<premises_id>/users/<user_id>/removal
        POST /admin/premises/<premises_id>/users/invitation
        GET POST /admin/premises/<premises_id>/users/new
        POST /admin/premises/export
        GET POST /admin/premises/import
        POST /admin/premises/import/confirmation
        GET /admin/premises/import/template.csv
        GET POST /admin/premises/new
        GET /admin/rt-leaders
        GET POST /admin/rt-leaders/<user_id>
        POST /admin/rt-leaders/<user_id>/dismissal
        GET POST /admin/rt-leaders/new
        GET /admin/trackers
        GET /admin/trackers/<tracker_id>
        POST /admin/trackers/<tracker_id>/token
        POST /admin/trackers/<tracker_id>/withdrawal
        GET POST /admin/trackers/new
        GET /admin/units
        GET POST /admin/units/<unit_id>
        POST /admin/units/<unit_id>/crew/<user_id>/sign-off
        GET POST /admin/units/new
        GET /admin/warning-feeds
        GET POST /admin/warning-feeds/<feed_id>
        POST /admin/warning-feeds/<feed_id>/removal
        GET POST /admin/warning-feeds/new
        GET /admin/recoveries
        GET /admin/recoveries/<request_id>
        POST /admin/recoveries/<request_id>/approval
        POST /admin/recoveries/<request_id>/refusal
        GET POST /statistics/crime/import
        POST /statistics/crime/import/confirmation
        GET /statistics/crime/import/template.csv
        GET /admin/users
        GET POST /admin/users/<user_id>
        POST /admin/users/<user_id>/disabling
        POST /admin/users/<user_id>/enabling
        POST /admin/users/<user_id>/invitation
        POST /admin/users/<user_id>/second-factor-reset
        POST /admin/users/<user_id>/sessions-end
        POST /admin/users/<user_id>/suspension
        POST /admin/users/<user_id>/suspension-end
        GET POST /admin/users/new
    """,
    "officer": """
        GET /rosters/own
        POST /rosters/own/calendar
        POST /rosters/own/calendar/removal
        GET /rosters/own/shifts/<shift_id>/swap
        POST /rosters/own/shifts/<shift_id>/swap
        POST /rosters/own/sickness
        POST /rosters/swaps/<swap_id>/agreement
        POST /rosters/swaps/<swap_id>/refusal
        POST /rosters/swaps/<swap_id>/withdrawal
        POST /incidents/<number>/self-dispatch
        GET POST /unit
        POST /unit/alerts
        GET /unit/offers
        POST /unit/position
        POST /unit/sign-off
        GET /unit/status
        POST /unit/steps
        GET /unit/strip
        POST /unit/welfare
    """,
    "rt_leader": """
        GET /safety
        POST /safety/<warning_id>/residents/<resident_id>/not-seen
        POST /safety/<warning_id>/residents/<resident_id>/seen
        GET /households/<household_id>
        GET POST /households/<household_id>/edit
        POST /households/<household_id>/position
        GET /neighbourhood
        POST /neighbourhood/<number>/answer
        POST /neighbourhood/<number>/presence
        GET /neighbourhood/rows
        GET POST /residents
        GET /residents/<resident_id>
        POST /residents/<resident_id>/connection
        POST /residents/<resident_id>/departure
        GET POST /residents/<resident_id>/edit
        POST /residents/<resident_id>/household
        POST /residents/<resident_id>/nik
        POST /residents/<resident_id>/rejection
        POST /residents/<resident_id>/return
        POST /residents/<resident_id>/verification
        GET POST /residents/cards
        POST /residents/export
        GET POST /residents/import
        POST /residents/import/confirmation
        GET /residents/import/template
        GET /residents/map
        GET /residents/new
        POST /residents/search
        GET /residents/sign-ups
        POST /rt-messages
        POST /rt-messages/<message_id>/end
        GET /rt-messages/<message_id>/reach
        GET /rt-messages/new
    """,
    "citizen": """
        GET /helping
        POST /helping/<number>/answer
        POST /helping/<number>/presence
        GET /helping/rows
        GET POST /residence
        POST /residence/help
        POST /residence/needs
        POST /residence/help/end
    """,
    "citizen rt_leader": """
        GET /callouts
        GET POST /contacts
        POST /contacts/<emergency_contact_id>/removal
        POST /rt-messages/muting
        GET POST /warnings/wishes
    """,
    "business": """
        GET /sas/start
        POST /sas/word
        GET /premises
        GET POST /premises/<premises_id>
        GET /premises/<premises_id>/panels
        GET /sas
        POST /sas/alarms
        GET /sas/help
        GET /sas/history
        GET POST /sas/places
        GET /sas/sign
        GET POST /sas/test
    """,
    "admin business": """
        GET POST /premises/<premises_id>/contacts/<contact_id>
        POST /premises/<premises_id>/contacts/<contact_id>/removal
        GET POST /premises/<premises_id>/contacts/new
        GET /premises/<premises_id>/pictures/<picture_id>
        GET POST /premises/<premises_id>/tests
        POST /premises/<premises_id>/tests/<test_id>/ending
    """,
    "call_taker chief dispatcher officer supervisor": """
        GET /incidents
        GET /incidents/<number>
        GET /incidents/<number>/callers
        GET /incidents/<number>/paper
        GET /incidents/<number>/pictures/<picture_id>
        GET /incidents/<number>/premises
        GET /incidents/<number>/state
        GET /incidents/<number>/units
        GET /incidents/rows
        GET /incidents/<number>/traffic
        GET /traffic
        GET /traffic/state
    """,
    "call_taker chief dispatcher supervisor": """
        POST /incidents/<number>/acknowledgement
        GET /board/search
        GET /board/search.json
        GET /board/search/rows
        GET /sas/monitor
        GET /sas/monitor/state
        POST /scheme
    """,
    "call_taker dispatcher officer supervisor": """
        POST /incidents/<number>/notes
    """,
    "dispatcher officer supervisor": """
        POST /assignments/<assignment_id>/acceptance
        POST /assignments/<assignment_id>/arrival
        POST /assignments/<assignment_id>/clearance
        POST /assignments/<assignment_id>/departure
        POST /assignments/<assignment_id>/refusal
        GET POST /incidents/<number>/assignments
        POST /incidents/<number>/offers
        GET POST /incidents/<number>/closure
        GET POST /incidents/<number>/reopening
    """,
    "chief dispatcher supervisor": """
        GET /statistics.csv
        GET /statistics/incidents
        GET /statistics/incidents.csv
        GET /statistics/incidents/<name>
        GET /statistics/incidents/<name>.csv
        GET /statistics/load/false-alarms/<premises_id>
        POST /statistics/load/false-alarms/<premises_id>/printout
        GET /statistics/report
        GET /statistics/report/<name>.csv
        GET /board
        GET /board/incidents
        GET /board/status
        GET /board/strip
        GET /board/units
        GET /board/coverage
        GET /board/coverage/rows
        GET /board/handovers
        GET /board/handovers/<handover_id>
        GET /board/watch
        GET /board/paper
        GET /board/units/<call_sign>
        GET /board/viewers
        POST /board/filters
    """,
    "admin chief dispatcher supervisor": """
        GET /rosters
        GET /rosters/hours.csv
        GET /rosters/strength
        GET /statistics
        GET /statistics/crime
        GET /statistics/crime/<name>.csv
        GET /statistics/load
        GET /statistics/load/<name>.csv
    """,
    "chief supervisor": """
        GET /board/chief
        GET /board/chief/city
        GET /board/chief/state
    """,
    "dispatcher supervisor": """
        POST /incidents/<number>/dispatcher
        POST /incidents/<number>/hold
        POST /board/handovers
        POST /board/handovers/<handover_id>/acceptance
        POST /board/handovers/<handover_id>/refusal
        POST /board/handovers/<handover_id>/withdrawal
        POST /board/viewers/<number>
        POST /board/viewers/<number>/end
        POST /board/watch
        POST /board/watch/end
        GET POST /assignments/<assignment_id>/reassignment
        GET POST /assignments/<assignment_id>/withdrawal
        GET POST /incidents/<number>/staging
        GET POST /traffic/staging-areas
        POST /traffic/staging-areas/<area_id>/end
        GET POST /incidents/<number>/type
    """,
    "dispatcher hazard_officer supervisor": """
        GET /rt-messages/alarms
        GET /rt-messages/alarms/rows
        GET /safety/city
        GET /safety/city/rows
        GET /safety/city/<warning_id>/<kelurahan_id>
        GET /safety/city/<warning_id>/<kelurahan_id>/rows
        GET /warnings/drafts
        GET /warnings/drafts/<draft_id>
        GET POST /warnings/drafts/<draft_id>/change
        GET POST /warnings/drafts/new
        POST /warnings/drafts/<draft_id>/publication
        POST /warnings/drafts/<draft_id>/refusal
        POST /warnings/drafts/<draft_id>/template
        POST /warnings/drafts/<draft_id>/template/removal
        GET /hazards/desk
        GET /hazards/desk/rows
        GET /hazards/desk/<number>
        GET /hazards/desk/<number>/forwarding
        GET /hazards/desk/<number>/state
    """,
    "admin hazard_officer": """
        GET /evacuation/points
        GET POST /evacuation/points/<point_id>
        POST /evacuation/points/<point_id>/removal
        GET POST /evacuation/points/new
        GET POST /evacuation/routes/<route_id>
        POST /evacuation/routes/<route_id>/removal
        GET POST /evacuation/routes/new
    """,
    "hazard_officer": """
        POST /hazards/desk/<number>/confirmation
        POST /hazards/desk/<number>/incident
        POST /hazards/desk/<number>/joining
        POST /hazards/desk/<number>/question
        POST /hazards/desk/<number>/rejection
        POST /hazards/desk/<number>/resolution
        POST /hazards/desk/<number>/separation
        POST /hazards/desk/<number>/verification
    """,
    "admin supervisor": """
        GET /rosters/leave/<leave_id>
        POST /rosters/leave/<leave_id>/removal
        POST /rosters/leave/<leave_id>/replacements/<shift_id>
        GET POST /rosters/leave/new
        GET /rosters/shift-types
        GET POST /rosters/shift-types/<type_id>
        GET POST /rosters/shift-types/new
        GET POST /rosters/shifts/<shift_id>
        POST /rosters/shifts/<shift_id>/cancellation
        GET POST /rosters/shifts/new
        GET POST /rosters/strength/<minimum_id>
        POST /rosters/strength/<minimum_id>/removal
        GET POST /rosters/strength/new
        GET /rosters/swaps
        POST /rosters/swaps/<swap_id>/approval
        POST /rosters/swaps/<swap_id>/rejection
        GET POST /rosters/week-copy
    """,
    "admin dispatcher supervisor": """
        GET /admin/panels
    """,
    "admin call_taker dispatcher supervisor": """
        GET /incident-types
        GET /incident-types/<type_id>/script
        GET /places
    """,
    "call_taker dispatcher supervisor": """
        GET POST /board/catch-up
        GET POST /calls
        GET /calls/<call_id>
        POST /calls/<call_id>/additions
        POST /calls/<call_id>/aside
        POST /calls/<call_id>/call-back
        POST /calls/<call_id>/classification
        POST /calls/<call_id>/draft
        POST /calls/<call_id>/ending
        POST /calls/<call_id>/handover
        POST /calls/<call_id>/incident
        POST /calls/<call_id>/joining
        GET /calls/<call_id>/known
        GET /calls/<call_id>/response
        POST /calls/<call_id>/separation
        POST /calls/<call_id>/taking
        GET /calls/log
        GET /calls/new
        GET /calls/numbers
        GET /calls/statistics
        GET /calls/waiting
        GET /calls/waiting/brief
        GET /incidents/<number>/duplicates
        POST /incidents/<number>/pass-phrases
        POST /incidents/<number>/merger
        POST /incidents/<number>/separation
        POST /incidents/<number>/release
        GET POST /incidents/<number>/place
        GET POST /incidents/<number>/second-sign
        POST /incidents/<number>/second-sign/pass-phrases
        GET POST /traffic/closures
        POST /traffic/closures/<closure_id>/end
    """,
    "hazard_officer supervisor dispatcher chief": """
        GET /warnings/<warning_id>/reach
        GET /warnings/<warning_id>/reach/numbers
    """,
    "hazard_officer supervisor": """
        POST /warnings/drafts/<draft_id>/approval
        POST /warnings/drafts/<draft_id>/review
    """,
    "supervisor": """
        POST /calls/<call_id>/reclassification
        POST /calls/numbers
        POST /calls/numbers/<flag_id>/lifting
    """,
}

# What a client's token opens, by the scope that it needs. No session opens these, and no token opens the others.
SCOPED = {
    "calls:write": """
        POST /api/v1/calls
        POST /api/v1/calls/<call_id>/events
    """,
    "calls:read": """
        GET /api/v1/calls/<call_id>
    """,
    "incidents:write": """
        POST /api/v1/incidents
    """,
    "incidents:read": """
        GET /api/v1/incidents.geojson
        GET /api/v1/incidents/<number>
    """,
}

# What a client's key opens in the form of Open311, by the scope that it needs; all others are refused with 403.
KEYED = {("POST", "/open311/v2/requests.<form>"): "hazards:write"}

# What a tracker's token opens, each with the refusal of all others. No session opens these, and no client's token.
TRACKED = {("POST", "/track/owntracks"): 401, ("GET", "/track/osmand"): 404, ("POST", "/track/osmand"): 404}

# What a client's token in the query opens, by the scope that it needs; all others find nothing there.
BY_TOKEN = {
    ("GET", "/board/wall"): "board:read",
    ("GET", "/board/wall/state"): "board:read",
    ("GET", "/board/paper/state"): "paper:read",
}


def named(table: dict[str, str]) -> dict[tuple[str, str], frozenset[str]]:
    """Who is admitted, by method and address."""
    return {
        (method, address): frozenset(roles.split())
        for roles, lines in table.items()
        for *methods, address in map(str.split, lines.strip().splitlines())
        for method in methods
    }


ADMITTED, SCOPES_NEEDED = named(TABLE), named(SCOPED)
WALK = sorted(ADMITTED, key=lambda route: (route[1] == "/sign-out", route))  # last what ends the session
FILLED = {"form": "json", "name": "rt", "kind": "questions", "token": "x", "code": "x", "number": "261124-999"}


OF_EACH_KIND = ("sari", "endang", "agus", "maya", "komang", "hadi", "tuti", "yusuf", "toko", "bagas")
"""Somebody with each of the roles, or pairs of them, that the cast has: a gate asks for nothing else of an account."""


def routes(app: Flask) -> set[tuple[str, str]]:
    """Every method and address of `app`, without the converters of its parameters."""
    return {
        (method, re.sub(r"<(?:[^:<>]*:)?(\w+)>", r"<\1>", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def filled(address: str) -> str:
    """The address of a record that does not exist."""
    nobody = "00000000-0000-4000-8000-000000000000"
    uuids = ("alert_id", "call_id", "contact_id", "household_id", "message_id", "panel_id", "picture_id",
             "report_id", "resident_id")  # fmt: skip
    return re.sub(r"<(\w+)>", lambda name: FILLED.get(name[1], nobody if name[1] in uuids else "999999"), address)


def test_the_table_names_every_route_and_no_other(app: Flask) -> None:
    assert routes(app) == {*ADMITTED, *SCOPES_NEEDED, *KEYED, *TRACKED, *BY_TOKEN}


def test_those_who_knock_at_every_door_have_all_the_roles_that_go_together(app: Flask) -> None:
    assert {(*PEOPLE[who][2],) for who in OF_EACH_KIND} == {(*roles,) for _, _, roles in PEOPLE.values()}


def misadmitted(person: Browser, roles: Collection[str]) -> dict[tuple[str, str], int]:
    """The routes that do to a person with these roles what the table does not say, or fail, with their answers."""
    wrong = {}
    for method, address in WALK:
        admitted = ADMITTED[method, address]
        answer = person.open(filled(address), method=method)
        barred = answer.status_code in (401, 403) or "/sign-in" in answer.headers.get("Location", "")
        welcome = "everyone" in admitted or not admitted.isdisjoint(roles)
        right = barred != welcome and (welcome or answer.status_code == 403)
        if not (right or address == "/sign-out") or answer.status_code == 500:
            wrong[method, address] = answer.status_code
    return wrong


@pytest.mark.parametrize("username", OF_EACH_KIND)
def test_only_those_whom_the_table_names_get_in(cast: Cast, as_user: Callable[[str], Browser], username: str) -> None:
    assert misadmitted(as_user(username), PEOPLE[username][2]) == {}


@pytest.mark.parametrize(("username", "role"), [("hadi", "supervisor"), ("endang", "rt_leader")])
def test_a_role_without_the_one_that_it_comes_with_opens_its_own_pages_alone(
    cast: Cast, as_user: Callable[[str], Browser], username: str, role: str
) -> None:
    getattr(cast, username).roles = [UserRole(role=role)]
    db.session.commit()
    assert misadmitted(as_user(username), [role]) == {}


def test_the_signed_out_are_led_to_the_sign_in(app: Flask, as_user: Callable[[str], Browser]) -> None:
    nobody, wrong = as_user(""), {}
    for method, address in sorted(route for route, roles in ADMITTED.items() if "everyone" not in roles):
        page = nobody.open(filled(address), method=method)
        poll = nobody.open(filled(address), method=method, headers={"HX-Request": "true"})
        machine = nobody.open(filled(address), method=method, headers={"Accept": "application/json"})
        if method == "POST":
            is_led = page.status_code == 401 and 'href="/sign-in"' in page.text
        else:
            is_led = page.status_code == 302 and page.headers["Location"].partition("?")[0] == "/sign-in"
        is_polled = (poll.status_code, poll.headers.get("HX-Redirect"), poll.text) == (401, "/sign-in", "")
        if not (is_led and is_polled and machine.status_code == 401):
            wrong[method, address] = page.status_code, poll.status_code, machine.status_code
    assert wrong == {}


@pytest.mark.parametrize(("method", "address"), sorted(SCOPES_NEEDED))
def test_a_clients_token_opens_what_its_scopes_name(app: Flask, method: str, address: str) -> None:
    for scope in SCOPES:
        answer = Partner(app, f"With {scope}", scope).open(filled(address), method=method)
        welcome = scope in SCOPES_NEEDED[method, address]
        assert (answer.status_code == 403) != welcome, f"{scope}: {answer.status_code}"
        assert answer.status_code != 401


@pytest.mark.parametrize("username", ["", *PEOPLE])
def test_no_session_opens_a_door_for_machines(cast: Cast, as_user: Callable[[str], Browser], username: str) -> None:
    for method, address in sorted(SCOPES_NEEDED):
        answer = as_user(username).open(filled(address), method=method)
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json"), address


@pytest.mark.parametrize("username", ["", *PEOPLE])
def test_no_session_opens_what_a_key_opens(cast: Cast, as_user: Callable[[str], Browser], username: str) -> None:
    for method, address in KEYED:
        answer = as_user(username).open(filled(address), method=method)
        assert (answer.status_code, answer.get_json()[0]["code"]) == (403, 403), address


@pytest.mark.parametrize(("method", "address"), sorted(KEYED))
def test_a_key_opens_what_its_scope_names(app: Flask, method: str, address: str) -> None:
    for scope in SCOPES:
        answer = Partner(app, f"With {scope}", scope).open(filled(address), method=method)
        assert answer.status_code == (400 if scope == KEYED[method, address] else 403), scope


def test_no_token_opens_a_page(partner: Partner) -> None:
    wrong = {}
    for method, address in sorted(route for route, roles in ADMITTED.items() if "everyone" not in roles):
        answer = partner.open(filled(address), method=method)
        led = answer.headers.get("Location", "/sign-in").startswith("/sign-in")
        if answer.status_code not in (302, 400, 401) or not led:
            wrong[method, address] = answer.status_code
    assert wrong == {}


@pytest.mark.parametrize("username", ["", *PEOPLE])
def test_no_session_opens_a_door_for_trackers(cast: Cast, as_user: Callable[[str], Browser], username: str) -> None:
    for (method, address), refusal in TRACKED.items():
        answer = as_user(username).open(address, method=method)
        assert (answer.status_code, answer.mimetype) == (refusal, "application/problem+json"), address


def test_no_clients_token_opens_a_door_for_trackers(partner: Partner) -> None:
    for (method, address), refusal in TRACKED.items():
        answer = partner.open(f"{address}?id={partner.token}", method=method)
        assert answer.status_code == refusal, address


@pytest.mark.parametrize("username", ["", *PEOPLE])
def test_no_session_opens_what_a_token_in_the_query_opens(
    cast: Cast, as_user: Callable[[str], Browser], username: str
) -> None:
    for method, address in BY_TOKEN:
        assert as_user(username).open(address, method=method).status_code == 404, address


@pytest.mark.parametrize(("method", "address"), sorted(BY_TOKEN))
def test_a_token_in_the_query_opens_what_its_scope_names(app: Flask, method: str, address: str) -> None:
    for scope in SCOPES:
        partner = Partner(app, f"With {scope}", scope)
        answer = app.test_client().open(f"{address}?token={partner.token}", method=method)
        assert answer.status_code == (200 if scope == BY_TOKEN[method, address] else 404), scope
