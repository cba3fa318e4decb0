"""Reports as phones send them, and photos as their cameras write them."""

import io
from typing import Any
from uuid import UUID, uuid4

from PIL import Image
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from meteor.hazards.models import HazardReport
from meteor.store.database import db
from tests.cast import HOME
from tests.conftest import Browser
from tests.premises.places import image

JSON = {"Accept": "application/json"}
HERE = {"latitude": str(HOME[0]), "longitude": str(HOME[1]), "accuracy": "12", "place_source": "device"}
PHONE = {"phone": "0812 3456 7890"}


def send(browser: Browser, *photos: bytes, headers: Any = None, to: str = "/hazards", **fields: Any) -> TestResponse:
    """Send a report, of a flood if nothing else is said, with photos; or an answer `to` another address."""
    files = [FileStorage(io.BytesIO(photo), f"foto-{number}.jpg") for number, photo in enumerate(photos, 1)]
    form = {"id": str(uuid4()), "kind": "flood", **fields, "photos": files}
    # Here, since the test client leaves the temporary file of a large form open.
    boundary, body = encode_multipart(MultiDict(form))
    kind = f"multipart/form-data; boundary={boundary}"
    return browser.post(to, data=body, content_type=kind, headers=headers)


def only() -> HazardReport:
    """The one report that is stored, as it is now."""
    db.session.expire_all()
    return db.session.scalars(select(HazardReport)).one()


def none() -> bool:
    return db.session.scalar(select(HazardReport.id).limit(1)) is None


def reported(browser: Browser, *photos: bytes, **fields: Any) -> HazardReport:
    """A report that was just taken."""
    answer = send(browser, *photos, headers=JSON, **fields)
    assert answer.status_code == 201, answer.text
    return db.session.get_one(HazardReport, UUID(answer.json["id"]))


def located(latitude: float = -7.7430, longitude: float = 113.2155) -> bytes:
    """A photo from a phone held sideways, which tells where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned
    exif[0x010F] = "Kamera Rahasia"
    sides = {1: "S" if latitude < 0 else "N", 3: "E" if longitude > 0 else "W"}
    degrees = {2: (abs(latitude), 0.0, 0.0), 4: (abs(longitude), 0.0, 0.0)}
    exif.get_ifd(0x8825).update({**sides, **degrees})
    return image(exif=exif)
