"""What is remembered of a message that proves a phone number."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meteor.accounts.models import User
from meteor.store.database import Base


class PhoneCode(Base):
    """A message to a phone number that is to be proved, and the tries at its code, until it is used or expires.

    `purpose` is own (the account's number), change (a new number of the account), recovery (the account's number proves
    `request_id`), or, for numbers that another account has and without a code, known and taken (see phone_codes).
    The code is not stored: it is computed from the random `id` with a key that is not in the database.
    """

    __tablename__ = "phone_codes"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("recovery_requests.id"))
    purpose: Mapped[str]
    phone: Mapped[str] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    user: Mapped[User] = relationship()
