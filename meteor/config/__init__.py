"""Every setting, read once from the environment; nonsense stops the start."""

import base64
import binascii
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from meteor.config import fields
from meteor.config.cap import Cap
from meteor.config.fields import WrongSetting as WrongSetting
from meteor.config.gateway import Gateway

PROJECT = Path(__file__).resolve().parent.parent.parent
KEY_BYTES = 32
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True)
class Settings:
    """The settings. Keys are 32 random bytes each; `var` is the folder of the embedded default's files.

    `site_url` is the site's address, by which METEOR names itself to others, and whose host alone is answered then.
    `map_tiles` is the address of the map's pictures with {z}, {x} and {y} in it; without one the map has none. Citizens
    with trouble about their account read `help_contact`. Webhooks and messages to phones may be sent to `webhook_hosts`
    though they are in the own network, such as the exchange that rings the city's phones. Without a `gateway` no
    message goes to phones. `cap` is about the city's own warnings. Limits count in `throttle_storage`.
    """

    database_url: URL
    secret_key: bytes = field(repr=False)
    data_key: bytes = field(repr=False)
    index_key: bytes = field(repr=False)
    var: Path
    demo: bool
    production: bool
    metrics_token: str | None = field(default=None, repr=False)
    push_key: bytes | None = field(default=None, repr=False)
    push_contact: str = ""
    site_url: str = ""
    map_tiles: str = ""
    map_attribution: str = ""
    help_contact: str = ""
    webhook_hosts: frozenset[str] = frozenset()
    gateway: Gateway | None = None
    cap: Cap = field(default_factory=Cap)
    throttle_storage: str = field(default="memory://", repr=False)
    old_secret_keys: tuple[bytes, ...] = field(default=(), repr=False)
    old_data_keys: tuple[bytes, ...] = field(default=(), repr=False)
    old_index_keys: tuple[bytes, ...] = field(default=(), repr=False)

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ, *, production: bool = False) -> "Settings":
        """Read the METEOR_* settings.

        In production the database and the three keys must be given; otherwise SQLite and generated keys
        live in `var` (mode 0600). Raises WrongSetting.
        """
        var = Path(env.get("METEOR_VAR") or PROJECT / "var").resolve()
        if not production:
            _make_private(var)
        return cls(
            database_url=_database_url(env, var, production),
            secret_key=_key(env, "METEOR_SECRET_KEY", var, production),
            data_key=_key(env, "METEOR_DATA_KEY", var, production),
            index_key=_key(env, "METEOR_INDEX_KEY", var, production),
            var=var,
            demo=fields.flag(env, "METEOR_DEMO", default=not production),
            production=production,
            metrics_token=fields.token(env, "METEOR_METRICS_TOKEN"),
            push_key=_push_key(env, "METEOR_PUSH_KEY", var, production),
            push_contact=fields.contact(
                env, "METEOR_PUSH_CONTACT", needed=production and bool(env.get("METEOR_PUSH_KEY"))
            ),
            site_url=fields.site(env, "METEOR_SITE_URL"),
            map_tiles=fields.tiles(env, "METEOR_MAP_TILES"),
            map_attribution=env.get("METEOR_MAP_ATTRIBUTION", "").strip(),
            help_contact=fields.line(env, "METEOR_HELP_CONTACT"),
            webhook_hosts=fields.hosts(env, "METEOR_WEBHOOK_HOSTS"),
            gateway=Gateway.from_environment(env),
            cap=Cap.from_environment(env),
            throttle_storage=fields.throttle(env, "METEOR_THROTTLE_URL"),
            old_secret_keys=_old_keys(env, "METEOR_SECRET_KEY_OLD", var, production),
            old_data_keys=_old_keys(env, "METEOR_DATA_KEY_OLD", var, production),
            old_index_keys=_old_keys(env, "METEOR_INDEX_KEY_OLD", var, production),
        )

    @property
    def trusted_hosts(self) -> list[str] | None:
        """Hosts whose requests are answered: the site's, and this machine, whose checks ask for it; None for all."""
        host = urlsplit(self.site_url).hostname
        return [host, "localhost", "127.0.0.1"] if host else None


def _make_private(var: Path) -> None:
    try:
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise WrongSetting(f"METEOR_VAR: cannot make the folder {var}: {error.strerror}") from error


def _database_url(env: Mapping[str, str], var: Path, production: bool) -> URL:
    text = env.get("METEOR_DATABASE_URL", "").strip()
    if not text:
        if production:
            raise WrongSetting("METEOR_DATABASE_URL is missing; give postgresql://user:password@host/name")
        return URL.create("sqlite", database=str(var / "meteor.db"))
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise WrongSetting(
            "METEOR_DATABASE_URL is not an address; give postgresql://user:password@host/name"
        ) from error
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite" and url.database and url.database != ":memory:":
        return url
    raise WrongSetting("METEOR_DATABASE_URL must begin with postgresql:// or sqlite:/// and name a database")


def _key(env: Mapping[str, str], name: str, var: Path, production: bool) -> bytes:
    text = env.get(name, "").strip()
    if not text and production:
        raise WrongSetting(
            f"{name} is missing; make one with: python3 -c 'import secrets; print(secrets.token_hex(32))'"
        )
    if not text:
        text = _generated(var / name.removeprefix("METEOR_").lower())
    return _bytes_of(text, name)


def _old_keys(env: Mapping[str, str], name: str, var: Path, production: bool) -> tuple[bytes, ...]:
    """Keys that only read, newest first, with commas between; without the setting those in the file of its name."""
    text = env.get(name, "").strip()
    file = var / name.removeprefix("METEOR_").lower()
    if not text and not production and file.exists():
        text = file.read_text()
    return tuple(_bytes_of(key, name) for key in re.split(r"[\s,]+", text) if key)


def _bytes_of(text: str, name: str) -> bytes:
    try:
        key = binascii.unhexlify(text) if len(text) == 2 * KEY_BYTES else base64.urlsafe_b64decode(text)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise WrongSetting(f"{name} must be {KEY_BYTES} random bytes, as 64 hexadecimal digits")
    return key


def _push_key(env: Mapping[str, str], name: str, var: Path, production: bool) -> bytes | None:
    """A private key of the curve P-256. In production nothing is pushed without one."""
    if production and not env.get(name, "").strip():
        return None
    key = _key(env, name, var, production)
    if not 0 < int.from_bytes(key) < P256_ORDER:
        raise WrongSetting(f"{name} is no key of the curve P-256; make another at random")
    return key


def _generated(path: Path) -> str:
    """The key in `path`, made on the first start. Of several processes that start at once one writes it, whole."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    if not path.exists():
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
