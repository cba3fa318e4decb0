"""Settings of one line each: text in, value out. Every function raises WrongSetting."""

import re
from collections.abc import Mapping

SHORTEST_TOKEN = 16
LONGEST_LINE = 200
CONTACT = re.compile(r"mailto:[^@\s]+@(localhost|[\w-]+(\.[\w-]+)+)|https://[\w-]+(\.[\w-]+)+")
TILES = re.compile(r"(https://[A-Za-z0-9.-]+(:[0-9]{1,5})?)?/(?!/)[^\s\"'<>\\]*")
"""The address of map tiles: an HTTPS address, or a path on METEOR's own server."""

REDIS = re.compile(r"rediss?://([^\s/@]*@)?([\w.-]+|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?(/[0-9]{0,4})?")
SITE = re.compile(r"https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?", re.IGNORECASE)
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


class WrongSetting(Exception):
    """A setting is missing or makes no sense; the message is one line that says what would be right."""


def flag(env: Mapping[str, str], name: str, default: bool) -> bool:
    """Return the value of a yes-or-no setting, 1 or 0."""
    text = env.get(name, "").strip()
    if text not in ("", "0", "1"):
        raise WrongSetting(f"{name} is {text!r}; give 1 for yes or 0 for no")
    return default if text == "" else text == "1"


def token(env: Mapping[str, str], name: str) -> str | None:
    """Return a secret, None where none is given."""
    text = env.get(name, "").strip()
    if text and len(text) < SHORTEST_TOKEN:
        raise WrongSetting(f"{name} is too short to be kept secret; give at least {SHORTEST_TOKEN} characters")
    return text or None


def hosts(env: Mapping[str, str], name: str) -> frozenset[str]:
    """Return the names of hosts, separated by commas."""
    hosts = [host.strip().lower() for host in env.get(name, "").split(",") if host.strip()]
    for host in hosts:
        if not HOST.fullmatch(host):
            raise WrongSetting(f"{name} has {host!r}; give names or IPv4 addresses such as pbx.kota.lan, 10.0.0.5")
    return frozenset(hosts)


def line(env: Mapping[str, str], name: str) -> str:
    """Return words for the screen."""
    text = env.get(name, "").strip()
    if len(text) > LONGEST_LINE or not text.isprintable():
        raise WrongSetting(f"{name} is too long or has line breaks; give one line of at most {LONGEST_LINE} characters")
    return text


def site(env: Mapping[str, str], name: str) -> str:
    """Return the address of the site without a path or a slash at its end, empty where none is given."""
    text = env.get(name, "").strip().rstrip("/")
    if text and not SITE.fullmatch(text):
        raise WrongSetting(f"{name} is {text!r}; give an address such as https://meteor.probolinggokota.go.id")
    return text.lower()


def tiles(env: Mapping[str, str], name: str) -> str:
    """Return the address of the map's pictures, with {x}, {y} and {z} in it."""
    text = env.get(name, "").strip()
    each_once = sorted(re.findall(r"{.*?}", text)) == ["{x}", "{y}", "{z}"]
    if text and not (each_once and TILES.fullmatch(text)):
        raise WrongSetting(
            f"{name} is {text!r}; give an address such as https://tiles.example.id/{{z}}/{{x}}/{{y}}.png"
        )
    return text


def throttle(env: Mapping[str, str], name: str) -> str:
    """Return where limits on requests count: a Redis that several hosts share, or this process's memory."""
    text = env.get(name, "").strip() or "memory://"
    if text != "memory://" and not REDIS.fullmatch(text):
        raise WrongSetting(f"{name} is no address of a Redis; give redis://:password@host:6379/0, or rediss:// for TLS")
    return text if text == "memory://" else f"shared+{text}"


def contact(env: Mapping[str, str], name: str, *, needed: bool) -> str:
    """Return an address at which an operator is reached."""
    text = env.get(name, "").strip()
    if not text and not needed:
        return "mailto:meteor@localhost"
    if not CONTACT.fullmatch(text):
        said = f"{name} is {text!r}" if text else f"{name} is missing"
        raise WrongSetting(f"{said}; give mailto:name@domain or https://host, where push services reach you")
    return text
