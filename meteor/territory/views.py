"""Places for forms: the RT of a kelurahan, and what a text may mean."""

from typing import Any

from flask import Blueprint, render_template, request

from meteor.territory import aml
from meteor.territory.forms import AreaForm
from meteor.territory.gazetteer import search
from meteor.territory.words import reach
from meteor.web.gates import open_to, open_to_everyone

blueprint = Blueprint("areas", __name__)
blueprint.add_app_template_filter(reach)


@blueprint.get("/areas/rt")
@open_to_everyone
def rts() -> str:
    """The choice of an RT of the query's `kelurahan`, as it stands in templates/territory/area.html."""
    return render_template("territory/_rt.html", form=AreaForm(request.args))


@blueprint.get("/places")
@open_to("call_taker", "dispatcher", "supervisor", "admin")
def places() -> str:
    """The places that the query's `q` may mean, as options of a combobox; for a message that is no AML, why not."""
    text = request.args.get("q", "")
    return render_template("territory/_places.html", hits=search(text), wrong=_wrong_aml(text))


def _wrong_aml(text: str) -> Any:
    """What is wrong with a text that begins as AML does, if anything is."""
    if aml.is_aml(text):
        try:
            aml.parse(text)
        except aml.NotAml as error:
            return error.args[0]
    return None
