"""The cast: people of Kota Probolinggo with reasons, and the little city that they live in."""

from typing import Any

from sqlalchemy import select

from meteor.accounts import sessions
from meteor.accounts.models import User, UserRole
from meteor.accounts.passwords import hashed
from meteor.agencies.models import Agency, Capability, Member, Unit, UnitCapability
from meteor.protocols.models import IncidentType, PlanItem
from meteor.residents.models import Household, Leadership, Resident
from meteor.store.database import db
from meteor.store.moments import now
from meteor.territory.models import Kecamatan, Kelurahan, Landmark, Rt, Rw

PASSWORD = "meteor-demo"

# user name: (name, phone, roles)
PEOPLE = {
    # Sari lives in RT 03 RW 05 Mayangan, verified, presses the button. Wahyu is her neighbour in RT 04, not verified.
    "sari": ("Sari Wulandari", "+6281330000001", ["citizen"]),
    "wahyu": ("Wahyu Hidayat", "+6281330000002", ["citizen"]),
    # Pak Karto pressed for fun too often: suspended.
    "karto": ("Karto Suwiryo", "+6281330000003", ["citizen"]),
    # Bu Endang leads RT 03, Pak Slamet RT 04: neither may see the other's.
    "endang": ("Endang Lestari", "+6281330000004", ["rt_leader", "citizen"]),
    "slamet": ("Slamet Riyadi", "+6281330000005", ["rt_leader", "citizen"]),
    # Agus and Bayu crew police motorbikes, Dewi the fire engine, Rina the ambulance.
    "agus": ("Agus Santoso", "+6281330000006", ["officer"]),
    "bayu": ("Bayu Pratama", "+6281330000007", ["officer"]),
    "dewi": ("Dewi Anggraini", "+6281330000008", ["officer"]),
    "rina": ("Rina Kusuma", "+6281330000009", ["officer"]),
    "maya": ("Maya Operator", "+6281330000010", ["call_taker"]),
    "komang": ("Komang Dispatcher", "+6281330000011", ["dispatcher"]),
    "hadi": ("Hadi Pawas", "+6281330000012", ["dispatcher", "supervisor"]),
    "tuti": ("Tuti Admin", "+6281330000013", ["admin"]),
    "yusuf": ("Yusuf Kapolres", "+6281330000014", ["chief"]),
    "toko": ("Toko Emas Semeru", "+6281330000015", ["business"]),
    "bagas": ("Bagas BPBD", "+6281330000016", ["hazard_officer"]),
}

# call sign: (agency, kind, capabilities, base latitude, base longitude), ordered by distance from Sari's home
UNITS = {
    "TRAIL-01": ("POLRES", "motorbike", ["patrol"], -7.7350, 113.2160),
    "TRAIL-02": ("POLRES", "motorbike", ["patrol"], -7.7400, 113.2160),
    "PATROLI-01": ("POLRES", "patrol_car", ["patrol", "transport"], -7.7500, 113.2160),
    "DAMKAR-01": ("DAMKAR", "fire_engine", ["fire"], -7.7480, 113.2200),
    "AMBULANS-01": ("PSC119", "ambulance", ["medical"], -7.7450, 113.2180),
    "AMBULANS-02": ("PSC119", "ambulance", ["medical"], -7.7600, 113.2180),
}
CREWS = {"agus": "POLRES", "bayu": "POLRES", "dewi": "DAMKAR", "rina": "PSC119"}

# code: (alert's kind, Indonesian name, priority, leading agency, plan)
TYPES = {
    "emergency": ("emergency", "Darurat", 1, "POLRES", {"patrol": 1}),
    "crime": ("crime", "Kejahatan", 2, "POLRES", {"patrol": 2}),
    "domestic_violence": ("domestic_violence", "KDRT", 1, "POLRES", {"patrol": 1}),
    "fire": ("fire", "Kebakaran", 1, "DAMKAR", {"fire": 1, "patrol": 1}),
    "medical": ("medical", "Kecelakaan atau medis", 1, "PSC119", {"medical": 1}),
    "disaster": ("disaster", "Bencana", 2, "DAMKAR", {"fire": 1}),
    "other": ("other", "Lainnya", 3, "POLRES", {"patrol": 1}),
    "noise": (None, "Keributan", 4, "POLRES", {"patrol": 1}),
}

HOME = (-7.7337, 113.2166)  # Sari's door: the middle of Kelurahan Mayangan


def populate() -> None:
    """Put the cast and their city into an empty database."""
    _territory()
    _people()
    _agencies()
    _households()
    db.session.commit()


def _territory() -> None:
    kecamatan = Kecamatan(code="35.74.03", name="Mayangan")
    mayangan = Kelurahan(
        code="35.74.03.1001",
        name="Mayangan",
        kecamatan=kecamatan,
        postcode="67218",
        latitude=HOME[0],
        longitude=HOME[1],
    )
    sukabumi = Kelurahan(
        code="35.74.03.1007",
        name="Sukabumi",
        kecamatan=kecamatan,
        postcode="67219",
        latitude=-7.7468,
        longitude=113.2066,
    )
    rw = Rw(kelurahan=mayangan, number=5)
    near = Rt(rw=rw, number=3, latitude=HOME[0], longitude=HOME[1])
    next_door = Rt(rw=rw, number=4, latitude=-7.7357, longitude=113.2186)
    alun_alun = Landmark(name="Alun-alun Probolinggo", latitude=-7.7430, longitude=113.2155)
    db.session.add_all([kecamatan, mayangan, sukabumi, rw, near, next_door, alun_alun])


def _people() -> None:
    password = hashed(PASSWORD)
    for username, (name, phone, roles) in PEOPLE.items():
        user = User(username=username, name=name, phone=phone, password_hash=password)
        user.roles = [UserRole(role=role) for role in roles]
        db.session.add(user)
    db.session.flush()


def _agencies() -> None:
    for code, name in {"POLRES": "Polres Probolinggo Kota", "DAMKAR": "Damkar", "PSC119": "PSC 119"}.items():
        db.session.add(Agency(code=code, name=name))
    for code in ("patrol", "transport", "fire", "medical"):
        db.session.add(Capability(code=code, name_id=code, name_en=code))
    db.session.flush()
    agencies = {agency.code: agency for agency in db.session.scalars(select(Agency))}
    for call_sign, (agency, kind, capabilities, latitude, longitude) in UNITS.items():
        unit = Unit(
            call_sign=call_sign, agency=agencies[agency], kind=kind, base_name=f"Pos {call_sign}",
            base_latitude=latitude, base_longitude=longitude,
            capabilities=[UnitCapability(capability=word) for word in capabilities],
        )  # fmt: skip
        db.session.add(unit)
    for username, agency in CREWS.items():
        db.session.add(Member(user=user(username), agency=agencies[agency]))
    for code, (kind, name, priority, agency, plan) in TYPES.items():
        items = [PlanItem(capability=word, count=count, position=at) for at, (word, count) in enumerate(plan.items())]
        db.session.add(
            IncidentType(code=code, kind=kind, name_id=name, name_en=code, priority=priority, agency=agencies[agency],
                         plan=items)
        )  # fmt: skip


def _households() -> None:
    rts = {rt.number: rt for rt in db.session.scalars(select(Rt))}
    db.session.add_all([Leadership(user=user("endang"), rt=rts[3]), Leadership(user=user("slamet"), rt=rts[4])])
    for username, rt, nik in (("sari", rts[3], "3574036505900001"), ("wahyu", rts[4], None), ("karto", rts[3], None)):
        home = Household(rt=rt, address=f"Jl. Ikan Paus {rt.number}", latitude=rt.latitude, longitude=rt.longitude)
        person = user(username)
        resident = Resident(household=home, user=person, name=person.name, phone=person.phone, nik=nik)
        resident.verified_at = now() if username == "sari" else None
        db.session.add(resident)


def user(username: str) -> User:
    """The member of the cast with this user name."""
    return db.session.scalars(select(User).where(User.username == username)).one()


def session_of(username: str) -> str:
    """The key of a new session of a member of the cast, as the cookie keeps it; commits."""
    key = sessions.begin_session(user(username), "Chrome · Android").key
    db.session.commit()
    return key


class Cast:
    """The people by first name (`cast.sari`) and the units by call sign (`cast.unit("TRAIL-01")`)."""

    def __getattr__(self, username: str) -> User:
        return user(username)

    def unit(self, call_sign: str) -> Unit:
        return db.session.scalars(select(Unit).where(Unit.call_sign == call_sign)).one()

    def rt(self, number: int) -> Rt:
        return db.session.scalars(select(Rt).where(Rt.number == number)).one()

    def incident_type(self, code: str) -> Any:
        return db.session.scalars(select(IncidentType).where(IncidentType.code == code)).one()
