"""The people of the demo city: printed accounts, crews and residents."""

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from meteor.accounts.models import User, UserRole
from meteor.accounts.passwords import hashed
from meteor.store.database import db
from meteor.store.moments import now

PASSWORD = "meteor-demo"  # noqa: S105  (printed by bin/serve, and only ever in a demo)


class Account(NamedTuple):
    """An account that people try METEOR with; officers crew `unit`."""

    username: str
    name: str
    who: str
    roles: tuple[str, ...]
    unit: str = ""


ACCOUNTS = (
    Account("warga", "Siti Aminah", "citizen, RT 03 RW 05 Mayangan", ("citizen",)),
    Account("ketua-rt", "Mohammad Hasan", "leader of RT 03 RW 05 Mayangan", ("rt_leader", "citizen")),
    Account("ketua-rt-lain", "Slamet Riyadi", "leader of RT 04 RW 05 Mayangan", ("rt_leader", "citizen")),
    Account("petugas", "Agus Santoso", "officer on motorbike TRAIL-01", ("officer",), "TRAIL-01"),
    Account("petugas-2", "Bayu Pratama", "officer on motorbike TRAIL-02", ("officer",), "TRAIL-02"),
    Account("damkar", "Dewi Anggraini", "officer on fire engine DAMKAR-01", ("officer",), "DAMKAR-01"),
    Account("ambulans", "Rina Kusumawati", "officer on ambulance AMBULANS-01", ("officer",), "AMBULANS-01"),
    Account("operator", "Maya Puspitasari", "112 call-taker", ("call_taker",)),
    Account("komando", "Hendra Wijaya", "dispatcher", ("dispatcher",)),
    Account("pawas", "Iptu Hadi Prasetyo", "duty supervisor", ("dispatcher", "supervisor")),
    Account("kapolres", "Kapolres Probolinggo Kota", "chief of police", ("chief",)),
    Account("bpbd", "Bagas Nugroho", "hazard officer, BPBD", ("hazard_officer",)),
    Account("toko-emas", "Toko Emas Mayangan", "gold shop (SAS)", ("business",)),
    Account("bank", "Bank Demo Alun-Alun", "bank (SAS)", ("business",)),
    Account("admin", "Tutik Handayani", "administrator", ("admin",)),
)

_WOMEN = (
    "Siti", "Sri", "Endang", "Nur", "Dewi", "Yuliati", "Sulastri", "Wahyuni", "Ningsih", "Suparmi", "Holifah",
    "Maimunah", "Rukmini", "Fatimah", "Misnati", "Halimah", "Ratna", "Lilik", "Umi", "Khotimah",
)  # fmt: skip
_MEN = (
    "Mohammad", "Ahmad", "Slamet", "Sugeng", "Budi", "Agus", "Eko", "Hadi", "Suyitno", "Misnadi", "Abdul", "Buari",
    "Samsul", "Bambang", "Joko", "Hasan", "Imam", "Rudi", "Sutrisno", "Mashudi",
)  # fmt: skip
_LAST = (
    "Santoso", "Wibowo", "Hidayat", "Rohman", "Fauzi", "Lestari", "Utami", "Astuti", "Hariyanto", "Maulana",
    "Firdaus", "Saputra", "Wulandari", "Purwanto", "Romli", "Zainuri", "Kurniawan", "Rahayu", "Susanto", "Holil",
)  # fmt: skip


class Register:
    """Hands out names, phone numbers and accounts. The same in every demo city."""

    def __init__(self) -> None:
        self.random = Random(3574)  # noqa: S311  (the same city each time, not a secret)
        self._password_hash = hashed(PASSWORD)
        self._phones = self._count_phones()

    def name(self, *, woman: bool) -> str:
        """A name as people in Probolinggo have them, Javanese or Madurese."""
        return f"{self.random.choice(_WOMEN if woman else _MEN)} {self.random.choice(_LAST)}"

    def phone(self) -> str:
        """The next number, E.164, of a prefix (0860) that no operator uses."""
        return next(self._phones)

    def account(self, username: str, name: str, roles: tuple[str, ...]) -> User:
        """A user who signs in with PASSWORD."""
        user = User(
            username=username, name=name, phone=self.phone(), phone_verified_at=now(), password_hash=self._password_hash
        )  # fmt: skip
        user.roles = [UserRole(role=role) for role in roles]
        db.session.add(user)
        return user

    @staticmethod
    def _count_phones() -> Iterator[str]:
        yield from (f"+628600000{number:04}" for number in range(1, 10_000))
