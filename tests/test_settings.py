"""Missing or wrong settings stop the start, with one line that says what would be right."""

import os
import re
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from meteor.config import PROJECT, Settings, WrongSetting

pytestmark = pytest.mark.both_databases

KEY = "0f" * 32
GIVEN = {
    "METEOR_DATABASE_URL": "postgresql://meteor:secret@localhost/meteor",
    "METEOR_SECRET_KEY": KEY,
    "METEOR_DATA_KEY": KEY,
    "METEOR_INDEX_KEY": KEY,
}


def test_in_production_everything_that_was_given_is_taken(tmp_path: Path) -> None:
    settings = Settings.from_environment(GIVEN | {"METEOR_VAR": str(tmp_path)}, production=True)
    assert settings.database_url.drivername == "postgresql+psycopg"
    assert settings.secret_key == bytes.fromhex(KEY)
    assert not settings.demo
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", GIVEN)
def test_in_production_nothing_is_made_up(tmp_path: Path, name: str) -> None:
    given = GIVEN | {"METEOR_VAR": str(tmp_path), name: ""}
    with pytest.raises(WrongSetting, match=f"{name} is missing"):
        Settings.from_environment(given, production=True)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("METEOR_DATABASE_URL", "nonsense", "is not an address"),
        ("METEOR_DATABASE_URL", "mysql://x/y", "must begin with postgresql:// or sqlite:///"),
        ("METEOR_DATABASE_URL", "sqlite://", "name a database"),
        ("METEOR_SECRET_KEY", "short", "must be 32 random bytes"),
        ("METEOR_DATA_KEY", "zz" * 32, "must be 32 random bytes"),
        ("METEOR_INDEX_KEY", "0f" * 31, "must be 32 random bytes"),
        ("METEOR_PUSH_KEY", "zz" * 32, "must be 32 random bytes"),
        ("METEOR_PUSH_KEY", "00" * 32, "is no key of the curve P-256"),
        ("METEOR_PUSH_KEY", "ff" * 32, "is no key of the curve P-256"),
        ("METEOR_PUSH_CONTACT", "kepala-it", "give mailto:name@domain or https://host"),
        ("METEOR_PUSH_CONTACT", "http://probolinggokota.example", "give mailto:name@domain or https://host"),
        ("METEOR_PUSH_CONTACT", "mailto:it@kota.example, x", "give mailto:name@domain or https://host"),
        ("METEOR_DEMO", "maybe", "give 1 for yes or 0 for no"),
        ("METEOR_VAR", "/dev/null/var", "cannot make the folder"),
        ("METEOR_METRICS_TOKEN", "too short", "give at least 16 characters"),
        ("METEOR_MAP_TILES", "http://tiles.example.id/{z}/{x}/{y}.png", "give an address such as https://"),
        ("METEOR_MAP_TILES", "https://tiles.example.id/map.png", "give an address such as https://"),
        ("METEOR_MAP_TILES", "https://tiles.example.id/{z}/{x}/{y}/{key}", "give an address such as https://"),
        ("METEOR_MAP_TILES", "https://{s}.example.id/{z}/{x}/{y}.png", "give an address such as https://"),
        ("METEOR_MAP_TILES", "https://user:pw@example.id/{z}/{x}/{y}.png", "give an address such as https://"),
        ("METEOR_MAP_TILES", "https://example.id; script-src */{z}/{x}/{y}", "give an address such as https://"),
        ("METEOR_HELP_CONTACT", "Diskominfo\n0335", "give one line of at most 200 characters"),
        ("METEOR_HELP_CONTACT", "x" * 201, "give one line of at most 200 characters"),
        ("METEOR_WEBHOOK_HOSTS", "pbx.kota.lan, https://10.0.0.5/ring", "give names or IPv4 addresses such as"),
        ("METEOR_MAP_TILES", "//tiles.example.id/{z}/{x}/{y}.png", "give an address such as https://"),
        ("METEOR_CAP_SENDER", "BPBD Kota, Probolinggo", "give a name such as bpbd@probolinggokota.go.id"),
        ("METEOR_SITE_URL", "http://meteor.kota.example", "give an address such as https://"),
        ("METEOR_SITE_URL", "https://meteor.kota.example/app", "give an address such as https://"),
        ("METEOR_SITE_URL", "https://user@meteor.kota.example", "give an address such as https://"),
        ("METEOR_THROTTLE_URL", "10.0.0.5:6379", "give redis://:password@host:6379/0, or rediss:// for TLS"),
        ("METEOR_THROTTLE_URL", "memcached://10.0.0.5", "give redis://:password@host:6379/0"),
        ("METEOR_THROTTLE_URL", "redis://", "give redis://:password@host:6379/0"),
        ("METEOR_THROTTLE_URL", "redis://10.0.0.5:6379/zero", "give redis://:password@host:6379/0"),
    ],
)
def test_nonsense_is_refused(tmp_path: Path, name: str, text: str, says: str) -> None:
    with pytest.raises(WrongSetting, match=says) as refused:
        Settings.from_environment(GIVEN | {"METEOR_VAR": str(tmp_path), name: text})
    assert str(refused.value).startswith(name)
    assert "\n" not in str(refused.value)


def _pem(folder: Path, name: str, key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> dict[str, str]:
    """The settings that name a key and its own certificate."""
    said = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "BPBD")])
    made = x509.CertificateBuilder().subject_name(said).issuer_name(said).public_key(key.public_key()).serial_number(7)
    made = made.not_valid_before(datetime(2025, 1, 1)).not_valid_after(datetime(2035, 1, 1))  # noqa: DTZ001 (UTC here)
    signed = made.sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    files = {"KEY": folder / f"{name}.key", "CERTIFICATE": folder / f"{name}.pem"}
    files["KEY"].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    files["CERTIFICATE"].write_bytes(signed.public_bytes(Encoding.PEM))
    return {f"METEOR_CAP_{use}": str(file) for use, file in files.items()}


def test_a_key_that_signs_warnings_comes_with_its_own_certificate(tmp_path: Path) -> None:
    given = {"METEOR_VAR": str(tmp_path), "METEOR_CAP_SENDER": "bpbd@kota.example"}
    assert Settings.from_environment(given).cap.key is None
    own, other = (_pem(tmp_path, name, rsa.generate_private_key(65537, 2048)) for name in ("own", "other"))
    settings = Settings.from_environment(given | own)
    assert (settings.cap.sender, settings.cap.key) == ("bpbd@kota.example", Path(own["METEOR_CAP_KEY"]).read_bytes())
    assert "PRIVATE" not in repr(settings)
    swapped = {"METEOR_CAP_KEY": own["METEOR_CAP_CERTIFICATE"], "METEOR_CAP_CERTIFICATE": own["METEOR_CAP_KEY"]}
    for wrong, says in (
        (own | {"METEOR_CAP_CERTIFICATE": other["METEOR_CAP_CERTIFICATE"]}, "is not the certificate of METEOR_CAP_KEY"),
        (own | {"METEOR_CAP_KEY": swapped["METEOR_CAP_KEY"]}, "METEOR_CAP_KEY is no private key in PEM"),
        (own | {"METEOR_CAP_CERTIFICATE": swapped["METEOR_CAP_CERTIFICATE"]}, "is no certificate in PEM"),
        (own | {"METEOR_CAP_CERTIFICATE": ""}, "METEOR_CAP_CERTIFICATE is missing"),
        (own | {"METEOR_CAP_KEY": ""}, "METEOR_CAP_KEY is missing"),
        (own | {"METEOR_CAP_KEY": "/nowhere"}, "METEOR_CAP_KEY: cannot read the file /nowhere"),
        (_pem(tmp_path, "odd", ed25519.Ed25519PrivateKey.generate()), "must be a key of RSA or of an elliptic curve"),
    ):
        with pytest.raises(WrongSetting, match=says):
            Settings.from_environment(given | wrong)


def test_in_production_nothing_is_pushed_without_a_key(tmp_path: Path) -> None:
    given = GIVEN | {"METEOR_VAR": str(tmp_path)}
    assert Settings.from_environment(given, production=True).push_key is None
    with pytest.raises(WrongSetting, match="METEOR_PUSH_CONTACT is missing"):
        Settings.from_environment(given | {"METEOR_PUSH_KEY": KEY}, production=True)
    whole = given | {"METEOR_PUSH_KEY": KEY, "METEOR_PUSH_CONTACT": "mailto:it@probolinggokota.example"}
    settings = Settings.from_environment(whole, production=True)
    assert (settings.push_key, settings.push_contact) == (bytes.fromhex(KEY), "mailto:it@probolinggokota.example")


GATEWAY = {
    "METEOR_GATEWAY_URL": "https://api.gateway.example/send",
    "METEOR_GATEWAY_TOKEN": "rahasia",
    "METEOR_GATEWAY_BODY": '{"target": "{digits}", "message": "{text}"}',
}


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"METEOR_GATEWAY_URL": ""}, "METEOR_GATEWAY_URL is missing, but METEOR_GATEWAY_TOKEN is given"),
        ({"METEOR_GATEWAY_URL": "http://api.gateway.example/send"}, "METEOR_GATEWAY_URL is 'http:"),
        ({"METEOR_GATEWAY_URL": "https://user:pw@api.gateway.example"}, "give an address such as https://"),
        ({"METEOR_GATEWAY_URL": "https://[::1"}, "give an address such as https://"),
        ({"METEOR_GATEWAY_URL": "https://api.gateway.example/a b"}, "give an address such as https://"),
        ({"METEOR_GATEWAY_TOKEN": ""}, "METEOR_GATEWAY_TOKEN is missing"),
        ({"METEOR_GATEWAY_TOKEN": "a\nb"}, "METEOR_GATEWAY_TOKEN has characters that no header can hold"),
        ({"METEOR_GATEWAY_AUTHORIZATION": "basic"}, "METEOR_GATEWAY_TOKEN must be user:password"),
        ({"METEOR_GATEWAY_AUTHORIZATION": "Bearer x"}, "give one of bearer, basic, plain, body"),
        ({"METEOR_GATEWAY_AUTHORIZATION": "body"}, "METEOR_GATEWAY_BODY must have {token}"),
        ({"METEOR_GATEWAY_FORMAT": "xml"}, "METEOR_GATEWAY_FORMAT is 'xml'; give one of json, form"),
        ({"METEOR_GATEWAY_BODY": ""}, "METEOR_GATEWAY_BODY is no JSON object"),
        ({"METEOR_GATEWAY_BODY": '["{number}", "{text}"]'}, "METEOR_GATEWAY_BODY is no JSON object"),
        ({"METEOR_GATEWAY_BODY": '{"to": "{number}"}'}, "METEOR_GATEWAY_BODY needs {text} and one of"),
        ({"METEOR_GATEWAY_BODY": '{"message": "{text}"}'}, "METEOR_GATEWAY_BODY needs {text} and one of"),
        ({"METEOR_GATEWAY_BODY": '{"to": "{phone}", "message": "{text}"}'}, "METEOR_GATEWAY_BODY has {phone}"),
        ({"METEOR_GATEWAY_BODY": '{"to": "{number}", "m": "{text}", "t": "{token}"}'}, "and only then"),
        (
            {"METEOR_GATEWAY_FORMAT": "form", "METEOR_GATEWAY_BODY": '{"to": "{number}", "m": {"b": "{text}"}}'},
            "METEOR_GATEWAY_BODY may hold nothing but texts",
        ),
        ({"METEOR_GATEWAY_DAILY": "0"}, "METEOR_GATEWAY_DAILY is '0'; give how many messages"),
        ({"METEOR_GATEWAY_DAILY": "many"}, "METEOR_GATEWAY_DAILY is 'many'; give how many messages"),
    ],
)
def test_a_gateway_that_makes_no_sense_is_refused(tmp_path: Path, changed: dict[str, str], says: str) -> None:
    with pytest.raises(WrongSetting, match=re.escape(says)) as refused:
        Settings.from_environment(GATEWAY | {"METEOR_VAR": str(tmp_path)} | changed)
    assert "rahasia" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_gateways_token_is_in_no_description_of_the_settings(tmp_path: Path) -> None:
    settings = Settings.from_environment(GATEWAY | {"METEOR_VAR": str(tmp_path)})
    assert settings.gateway
    assert (settings.gateway.authorization, settings.gateway.form, settings.gateway.daily) == ("bearer", False, 2000)
    assert "rahasia" not in repr(settings)
    assert Settings.from_environment({"METEOR_VAR": str(tmp_path)}).gateway is None


@pytest.mark.parametrize("tiles", ["", "https://tiles.example.id:8443/city/{z}/{x}/{y}.png?v=2", "/tiles/{z}/{y}/{x}"])
def test_the_maps_pictures_come_from_where_the_operator_says(tmp_path: Path, tiles: str) -> None:
    assert Settings.from_environment({"METEOR_VAR": str(tmp_path), "METEOR_MAP_TILES": tiles}).map_tiles == tiles


def test_the_embedded_default_makes_its_keys_once_and_for_its_owner_only(tmp_path: Path) -> None:
    var = {"METEOR_VAR": str(tmp_path / "var")}
    first, second = Settings.from_environment(var), Settings.from_environment(var)
    assert first == second
    keys = [tmp_path / "var" / name for name in ("secret_key", "data_key", "index_key")]
    assert [stat.S_IMODE(key.stat().st_mode) for key in keys] == [0o600] * 3
    assert len({first.secret_key, first.data_key, first.index_key}) == 3


def test_processes_that_start_at_once_have_the_same_keys(tmp_path: Path) -> None:
    program = "from meteor.config import Settings; print(Settings.from_environment().data_key.hex())"
    environment = {**os.environ, "METEOR_VAR": str(tmp_path)}

    def start(_: int) -> str:
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=PROJECT, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(start, range(4)))) == 1


def test_a_key_is_never_printed_with_the_settings(tmp_path: Path) -> None:
    assert KEY not in repr(Settings.from_environment(GIVEN | {"METEOR_VAR": str(tmp_path)}))


@pytest.mark.parametrize("door", ["app", "wsgi"])
def test_a_wrong_setting_ends_the_start_with_one_line(tmp_path: Path, door: str) -> None:
    environment = {"PATH": os.environ["PATH"], "METEOR_VAR": str(tmp_path), "METEOR_DEMO": "maybe", **GIVEN}
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", door, "routes"],
        cwd=PROJECT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert done.stderr.strip().splitlines() == [
        "METEOR cannot start: METEOR_DEMO is 'maybe'; give 1 for yes or 0 for no"
    ]
