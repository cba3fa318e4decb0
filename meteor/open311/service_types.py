"""The services of GeoReport v2: one for each kind of hazard, and their attributes."""

from typing import Any

from flask_babel import gettext as _

from meteor.hazards import labels

SEVERITY_KEYS = tuple(str(level) for level in labels.SEVERITIES)

DEEPEST = 1000
"""Centimetres of water above the street: more is a mistake."""


def service_list() -> list[dict[str, Any]]:
    """All services, in the language that is spoken."""
    return [_service(code) for code in labels.KINDS]


def definition(code: str) -> dict[str, Any] | None:
    """A service's attributes, in the language that is spoken; None if no service has this code."""
    if code not in labels.KINDS:
        return None
    attributes = [_danger(), _severity(code), *([_water_level()] if code in labels.FLOODS else [])]
    ordered = [{**each, "order": number} for number, each in enumerate(attributes, 1)]
    return {"service_code": code, "attributes": ordered}


def _service(code: str) -> dict[str, Any]:
    return {
        "service_code": code,
        "service_name": str(labels.KINDS[code]),
        "description": _("A report for BPBD. In an emergency call 112."),
        "metadata": True,
        "type": "realtime",
        "keywords": code.replace("_", " "),
        "group": _("Hazards"),
    }


def _danger() -> dict[str, Any]:
    about = _("Is it dangerous right now? Then it becomes an alert at once.")
    return _attribute("danger", "multivaluelist", about, labels.DANGERS)


def _severity(code: str) -> dict[str, Any]:
    names = {level: labels.severity(code, level) for level in labels.SEVERITIES}
    return _attribute("severity", "singlevaluelist", _("How bad is it?"), names)


def _water_level() -> dict[str, Any]:
    about = _("How high does the water stand above the street, if it was measured?")
    return _attribute("water_level", "number", about, {}, _("Centimetres, from 0 to %(most)d", most=DEEPEST))


def _attribute(code: str, datatype: str, about: str, names: Any, unit: str = "") -> dict[str, Any]:
    values = [{"key": str(key), "name": str(name)} for key, name in names.items()]
    return {
        "variable": True,
        "code": code,
        "datatype": datatype,
        "required": False,
        "datatype_description": unit or None,
        "order": 0,
        "description": about,
        **({"values": values} if values else {}),
    }
