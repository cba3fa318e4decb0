"""Reports that wait for the agency again, because their reporters have answered its question."""

from typing import Any

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import aliased

from meteor.hazards.models import HazardMessage, HazardReport


def first_answers(*conditions: Any) -> Subquery:
    """Select the first answer to the agency's last question of each report that waits for a decision about it.

    The columns are `report_id`, `message_id` and `at` (UTC). More words of the reporter do not move `at`.
    """
    question = aliased(HazardMessage)
    questions = select(question.id).where(question.report_id == HazardMessage.report_id, question.kind == "asked")
    return (
        select(
            HazardMessage.report_id,
            func.min(HazardMessage.id).label("message_id"),
            func.min(HazardMessage.at).label("at"),
        )
        .join(HazardReport, HazardReport.id == HazardMessage.report_id)
        .where(
            HazardReport.status == "received",
            HazardReport.same_as_id.is_(None),
            HazardMessage.kind == "answered",
            questions.where(question.id < HazardMessage.id).exists(),
            ~questions.where(question.id > HazardMessage.id).exists(),
            *conditions,
        )
        .group_by(HazardMessage.report_id)
        .subquery()
    )
