"""Premises of the cast, and pictures of them."""

from io import BytesIO
from typing import Any

from PIL import Image

from meteor.premises.models import Contact, Premises, PremisesUser
from meteor.store.database import db
from tests.cast import HOME, user

WEEK = [[["08:00", "16:00"]]] * 6 + [[]]
PHRASE = "melati putih di beranda"


def shop(name: str = "Toko Emas Semeru", owner: str = "toko", **values: Any) -> Premises:
    """A gold shop beside Sari's home that `owner` may raise alarms for, with one contact."""
    given = {"kind": "gold_shop", "address": "Jl. Ikan Paus 3", "latitude": HOME[0], "longitude": HOME[1]}
    premises = Premises(**{"name": name, "opening_hours": WEEK, "hazards": "Brankas di belakang"} | given | values)
    premises.contacts = [Contact(position=1, name="Bu Lina", phone="+6281234500001", pass_phrase=PHRASE)]
    premises.users = [PremisesUser(user=user(owner))] if owner else []
    db.session.add(premises)
    db.session.commit()
    return premises


def image(form: str = "JPEG", size: tuple[int, int] = (64, 40), **options: Any) -> bytes:
    """A picture's file, its left half red, its right half blue."""
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, *size))
    to = BytesIO()
    picture.save(to, form, **options)
    return to.getvalue()
