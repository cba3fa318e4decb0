"""A business and its own alarm panels: how they are, their zones, what they said. It changes nothing here."""

from flask import render_template

from meteor.premises.views.kept import kept
from meteor.sas import blueprint, monitor, panels, testing
from meteor.sas.meanings import SAID
from meteor.store.moments import now
from meteor.web.access import open_to

SHOWN = 10
"""Number of shown events of each panel."""


@blueprint.get("/premises/<int:premises_id>/panels")
@open_to("business")
def own_panels(premises_id: int) -> str:
    known = kept(premises_id)
    said = [(panel, panels.last_events(panel, SHOWN)) for panel in panels.of_premises(known)]
    at = now()
    test, deaf = testing.in_test(known.id, None, at), "receiver" in monitor.unwell(at)
    return render_template("sas/panels.html", premises=known, panels=said, test=test, said=SAID, deaf=deaf)
