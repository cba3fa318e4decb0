"""What gunicorn rehearses before its workers serve."""

from sqlalchemy import select

from meteor.accounts.models import UserRole
from meteor.agencies.models import Unit
from meteor.alerts import reading
from meteor.alerts import rules as alerts
from meteor.store.database import db
from meteor.store.moments import now


def press_for_trial() -> None:
    """Press as some citizen at some unit's base, and once more. Whoever calls rolls all of it back."""
    citizen = db.session.scalar(select(UserRole.user_id).where(UserRole.role == "citizen").limit(1))
    base = db.session.execute(select(Unit.base_latitude, Unit.base_longitude).limit(1)).first()
    if citizen is None or base is None:
        return
    for _ in range(2):
        fields = {"latitude": base.base_latitude, "longitude": base.base_longitude, "accuracy": 12.0}
        alerts.receive(reading.incoming_alert(fields, citizen), now())


REHEARSED = (press_for_trial,)
