"""The demo city's residents: who lives in which home, and who has signed up without the RT leader's word yet."""

from collections.abc import Iterator
from datetime import datetime
from typing import cast

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.demo.areas import ring
from meteor.demo.people import ACCOUNTS, Register
from meteor.residents.models import NEEDS, Household, Leadership, Resident
from meteor.store.database import db
from meteor.territory.models import Kelurahan, Rt, Rw

# kelurahan, RW, RT: homes, a street of it, the user who leads it, those of the printed accounts who live there
NEIGHBOURHOODS = (
    ("Mayangan", 5, 3, 40, "Jl. Ikan Tongkol", "ketua-rt", ("warga", "ketua-rt")),
    ("Mayangan", 5, 4, 34, "Jl. Ikan Paus", "ketua-rt-lain", ("ketua-rt-lain",)),
    ("Sukabumi", 2, 1, 24, "Jl. Hayam Wuruk", "", ()),
    ("Kanigaran", 3, 2, 22, "Jl. Mawar", "", ()),
    ("Ketapang", 1, 5, 18, "Jl. Raya Ketapang", "", ()),
    ("Wonoasih", 4, 1, 16, "Jl. Anggrek", "", ()),
)
_SIGN_UPS = 3
_HOMES_RING = 45.0


def build(register: Register, at: datetime) -> None:
    """Fill the neighbourhoods with households and residents, all as of `at`."""
    printed = {account.username: account for account in ACCOUNTS}
    users = {
        name: register.account(name, printed[name].name, printed[name].roles)
        for neighbourhood in NEIGHBOURHOODS
        for name in neighbourhood[-1]
    }
    for kelurahan, rw, rt_number, homes, street, leader, living in NEIGHBOURHOODS:
        rt = _rt(kelurahan, rw, rt_number)
        if leader:
            db.session.add(Leadership(user=users[leader], rt=rt))
        street_of_homes = list(_homes(rt, street, homes))
        for at_home, home in enumerate(street_of_homes):
            family = list(_family(register, home, at))
            db.session.add_all(family)
            if at_home < len(living):
                _give_account(family[0], users[living[at_home]])
            elif at_home >= homes - _SIGN_UPS:
                _sign_up(register, family[0])
    db.session.flush()


def _rt(kelurahan: str, rw: int, rt: int) -> Rt:
    return db.session.scalars(
        select(Rt)
        .join(Rw, Rw.id == Rt.rw_id)
        .join(Kelurahan, Kelurahan.id == Rw.kelurahan_id)
        .where(Kelurahan.name == kelurahan, Rw.number == rw, Rt.number == rt)
    ).one()


def _homes(rt: Rt, street: str, count: int) -> Iterator[Household]:
    middle = (cast(float, rt.latitude), cast(float, rt.longitude))
    for number, (latitude, longitude) in enumerate(ring(middle, _HOMES_RING, count), start=1):
        yield Household(rt=rt, address=f"{street} {number}", latitude=latitude, longitude=longitude, accuracy=8.0)


def _family(register: Register, home: Household, at: datetime) -> Iterator[Resident]:
    for place in range(register.random.choice((1, 2, 2, 3, 4))):
        woman = register.random.random() < 0.5
        resident = Resident(
            household=home, name=register.name(woman=woman), phone=register.phone() if place == 0 else None,
            nik=_nik(register, home.rt, woman=woman), verified_at=at,
        )  # fmt: skip
        if register.random.random() < 0.09:
            resident.needs, resident.needs_consent_at = register.random.choice(NEEDS), at
        yield resident


def _nik(register: Register, rt: Rt, *, woman: bool) -> str:
    """A NIK: kecamatan, day (a woman's is 40 higher), month and year of birth, and an unused serial."""
    draw = register.random.randint
    day, month, year = draw(1, 28), draw(1, 12), draw(50, 99)
    district = rt.rw.kelurahan.code[:8].replace(".", "")
    return f"{district}{day + 40 * woman:02}{month:02}{year:02}{draw(9000, 9999)}"


def _give_account(resident: Resident, user: User) -> None:
    resident.user, resident.name, resident.phone = user, user.name, user.phone


def _sign_up(register: Register, resident: Resident) -> None:
    username = f"warga-{resident.phone[-4:]}" if resident.phone else ""
    _give_account(resident, register.account(username, resident.name, ("citizen",)))
    resident.verified_at, resident.needs, resident.needs_consent_at = None, "", None
