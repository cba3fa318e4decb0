"""The demo city's warning: an example that says so in its first word."""

from datetime import datetime, timedelta

from sqlalchemy import select

from meteor.store.database import db
from meteor.territory.models import Kelurahan
from meteor.warnings.models import HazardWarning, WarnedKelurahan

SENDER = "demo"

TEXTS = {
    "id": {
        "event": "Contoh: hujan lebat",
        "headline": "Contoh: hujan lebat disertai angin kencang di Kecamatan Mayangan",
        "description": "Ini contoh untuk kota demo, bukan peringatan sungguhan. Hujan lebat disertai petir dan angin "
        "kencang diperkirakan terjadi, dengan genangan di jalan yang rendah.",
        "instruction": "Jauhi pohon besar dan baliho. Jangan melewati jalan yang tergenang, dan tutup jendela.",
        "sender_name": "Contoh kota demo",
    },
    "en": {
        "event": "Example: heavy rain",
        "headline": "Example: heavy rain and strong wind in Kecamatan Mayangan",
        "description": "This is an example for the demo city, not a real warning. Heavy rain with lightning and strong "
        "wind is expected, with water on low roads.",
        "instruction": "Keep away from large trees and billboards. Do not pass flooded roads, and close the windows.",
        "sender_name": "Example of the demo city",
    },
}


def build(at: datetime) -> None:
    """Publish the example for the kelurahan of Mayangan. It holds for a week, so that whoever tries METEOR sees it."""
    example = HazardWarning(
        identifier="demo-1", sender=SENDER, sent=at, status="Actual", message_type="Alert", urgency="Expected",
        severity="Severe", certainty="Likely", expires=at + timedelta(days=7), texts=TEXTS, told_at=at,
        areas=[{"description": "Kecamatan Mayangan", "polygons": [], "circles": [], "geocodes": {}}],
    )  # fmt: skip
    kelurahan = db.session.scalars(select(Kelurahan).where(Kelurahan.kecamatan.has(name="Mayangan")))
    example.touched = [WarnedKelurahan(kelurahan=each, exact=False) for each in kelurahan]
    db.session.add(example)
