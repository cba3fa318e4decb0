"""The filter of the queue that each user left: it is there again after the next sign-in, and at other tables."""

from sqlalchemy import delete, insert

from meteor.accounts.models import User
from meteor.board.filters import Filters
from meteor.board.models import BoardFilter
from meteor.store.database import db


def kept_filter(user: User) -> Filters:
    """The filter that the user left; none for a user without one."""
    kept = db.session.get(BoardFilter, user.id)
    return Filters.read(kept.query) if kept else Filters()


def keep_filter(user: User, wanted: Filters) -> None:
    """Keep a filter in the place of the user's last one. The incidents of a burst are no filter to come back to."""
    db.session.execute(delete(BoardFilter).where(BoardFilter.user_id == user.id))
    query = wanted._replace(group=None).query
    if query:
        db.session.execute(insert(BoardFilter).values(user_id=user.id, query=query))
