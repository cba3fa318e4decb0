"""First values of a draft's form: the hazard's texts, or those of the warning that it is about."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from meteor.store.moments import WIB
from meteor.warnings import draft_places
from meteor.warnings.cap_xml import clean
from meteor.warnings.draft_forms import TEXT, TEXTS
from meteor.warnings.hazard_texts import ALL_CLEAR, HAZARDS
from meteor.warnings.models import HazardWarning, WarningDraft

ENDED = {"severity": "Minor", "urgency": "Past", "certainty": "Observed"}
"""CAP's words of an all-clear, which nobody is asked for."""

_ALL_CLEAR_BEFORE = {"id": "Aman kembali: ", "en": "All clear: "}


def of_hazard(hazard: str) -> dict[str, Any]:
    """The fields of a new warning of a hazard."""
    known = HAZARDS[hazard]
    return {
        "category": known.category,
        **{f"headline_{language}": text for language, text in known.headlines.items()},
        **{f"instruction_{language}": text for language, text in known.instructions.items()},
    }


def of_query(query: MultiDict[str, str], known: Collection[int]) -> dict[str, Any]:
    """The fields that an address says: `description` in Indonesian, and each `kelurahan` whose id is `known`."""
    description = clean(query.get("description", "")[:TEXT])
    chosen = sorted(set(query.getlist("kelurahan", type=int)) & set(known))
    return ({"description_id": description} if description else {}) | ({"kelurahan": chosen} if chosen else {})


def of_draft(draft: WarningDraft) -> dict[str, Any]:
    """The fields of a draft, times in WIB without a zone."""
    return {
        **{
            f"{name}_{language}": draft.texts.get(language, {}).get(name, "")
            for name in TEXTS
            for language in ALL_CLEAR
        },
        **{name: getattr(draft, name) for name in ("severity", "urgency", "certainty", "category")},
        "onset": _local(draft.onset),
        "expires": _local(draft.expires),
        "kelurahan": sorted(draft.kelurahan_ids),
        "rts": draft_places.words(draft.rw_ids, draft.rt_ids),
        "corners": draft_places.corner_words(draft.polygon),
    }


def of_template(draft: WarningDraft) -> dict[str, Any]:
    """The fields of a new warning that begins with a template: all of it but its times."""
    return of_draft(draft) | {"onset": None, "expires": None}


def of_all_clear(draft: WarningDraft) -> dict[str, Any]:
    """The fields of the all-clear of the warning that was made of a draft."""
    texts = {language: texts["headline"] for language, texts in draft.texts.items()}
    return {
        **{f"headline_{language}": _ALL_CLEAR_BEFORE[language] + text for language, text in texts.items()},
        **{f"description_{language}": ALL_CLEAR[language].partition(". ")[0] + "." for language in texts},
        **{f"instruction_{language}": ALL_CLEAR[language].partition(". ")[2] for language in texts},
    }


def all_clear_values(draft: WarningDraft, warning: HazardWarning) -> dict[str, Any]:
    """The rest of an all-clear, which is for the same area and ends when the warning itself would have ended."""
    return ENDED | {
        "category": draft.category, "onset": None, "expires": warning.expires,
        **{name: getattr(draft, name) for name in ("kelurahan_ids", "rw_ids", "rt_ids", "polygon")},
    }  # fmt: skip


def _local(at: datetime | None) -> datetime | None:
    return at.astimezone(WIB).replace(tzinfo=None) if at else None
