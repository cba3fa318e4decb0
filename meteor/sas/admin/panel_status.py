"""The page of all alarm panels, for administrators and the command centre."""

from flask import render_template, request

from meteor.accounts.roles import COMMAND
from meteor.premises.models import Premises
from meteor.sas import blueprint, labels, monitor, panel_status, testing
from meteor.sas.meanings import SAID
from meteor.sas.models import Panel
from meteor.store.moments import now
from meteor.web.access import open_to
from meteor.web.lists import listing


@blueprint.get("/admin/panels")
@open_to("admin", *COMMAND)
def all_panels() -> str:
    at = now()
    running = testing.running(at)
    page = listing(
        panel_status.panels(request.args.get("state", ""), running),
        sorts={
            "state": panel_status.need(running), "premises": Premises.name, "account": Panel.account,
            "heard": Panel.heard_at,
        },
        search=(Premises.name, Premises.address, Panel.account, Panel.name),
        filters=("state",),
    )  # fmt: skip
    return render_template(
        "sas/admin/panel_status.html", page=page, states=labels.STATES, counts=panel_status.counts(running),
        running=running,
        tests_of=panel_status.tests_of, last=panel_status.last_said(page.rows), said=SAID,
        deaf="receiver" in monitor.unwell(at),
    )  # fmt: skip
