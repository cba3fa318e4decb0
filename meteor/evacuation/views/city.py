"""Numbers of residents who are safe or need help, for BPBD and the command centre: by kelurahan, RW and RT."""

from flask import Response, abort, render_template

from meteor.evacuation import COUNT_READERS, asking, blueprint, counting
from meteor.store.moments import now
from meteor.warnings import labels, reading
from meteor.web.access import open_to
from meteor.web.language import locale
from meteor.web.polling import fragment, versioned
from meteor.web.renderings import Renderings

renderings = Renderings()


@blueprint.get("/safety/city")
@open_to(*COUNT_READERS)
def city_safety() -> str:
    version = counting.version(now())
    return render_template("evacuation/city.html", version=version, content=_city(version))


@blueprint.get("/safety/city/rows")
@open_to(*COUNT_READERS)
@versioned(lambda reader, query: counting.version(now()))
def city_safety_rows() -> Response:
    """The counts by kelurahan, polled."""
    version = counting.version(now())
    return fragment(version, lambda: _city(version))


@blueprint.get("/safety/city/<int:warning_id>/<int:kelurahan_id>")
@open_to(*COUNT_READERS)
def kelurahan_safety(warning_id: int, kelurahan_id: int) -> str:
    version = counting.version(now())
    content = _kelurahan(warning_id, kelurahan_id, version)
    return render_template(
        "evacuation/kelurahan.html", version=version, content=content, warning_id=warning_id, kelurahan_id=kelurahan_id
    )


@blueprint.get("/safety/city/<int:warning_id>/<int:kelurahan_id>/rows")
@open_to(*COUNT_READERS)
@versioned(lambda reader, query, warning_id, kelurahan_id: counting.version(now()))
def kelurahan_safety_rows(warning_id: int, kelurahan_id: int) -> Response:
    """The counts of a kelurahan by RW and RT, polled."""
    version = counting.version(now())
    return fragment(version, lambda: _kelurahan(warning_id, kelurahan_id, version))


def _city(version: str) -> str:
    """The rendering, once for all who speak alike."""

    def render() -> str:
        counted = [(warning, counting.by_kelurahan(warning)) for warning in asking.asked_about(now())]
        return render_template(
            "evacuation/_city.html", version=version, counted=counted, total=counting.total, labels=labels
        )

    return renderings.get(locale(), version, render)


def _kelurahan(warning_id: int, kelurahan_id: int, version: str) -> str:
    def render() -> str:
        warning = asking.newest(reading.find(warning_id) or abort(404))
        area = next((each for each in counting.by_kelurahan(warning) if each.id == kelurahan_id), None) or abort(404)
        return render_template("evacuation/_kelurahan.html", version=version, warning=warning, area=area, labels=labels)

    return renderings.get((locale(), warning_id, kelurahan_id), version, render)
