"""Everything that is said on a screen is said in Indonesian too, and the same thing in the same words."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from meteor.config import PROJECT
from meteor.web import catalogues
from meteor.web.catalogues import WEB, packages, said, translated, update

PACKAGES = packages(PROJECT)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def filled_in(package: str) -> list[Message]:
    return [
        message for message in catalogues.messages(translated(PROJECT, package)) if catalogues.complete(message.string)
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_text_of_the_package_is_translated(package: str) -> None:
    spoken, common = (
        {(message.id, message.context) for message in catalogues.messages(said(PROJECT, name))}
        for name in (package, WEB)
    )
    known = {(message.id, message.context) for message in filled_in(package) if not message.fuzzy}
    assert sorted(map(str, spoken - known)) == [], "run bin/translate and fill in what it lists"
    assert sorted(map(str, known - spoken - common)) == [], "nobody says this any more: run bin/translate"


@pytest.mark.parametrize("package", PACKAGES)
def test_a_translation_keeps_the_placeholders(package: str) -> None:
    for message in filled_in(package):
        texts, strings = (part if isinstance(part, tuple) else (part,) for part in (message.id, message.string))
        for string in strings:
            assert set(PLACEHOLDER.findall(string)) == set(PLACEHOLDER.findall(texts[-1])), texts[0]


def test_one_text_has_one_translation_everywhere() -> None:
    found = defaultdict(set)
    for package in PACKAGES:
        for message in filled_in(package):
            found[message.id, message.context].add(message.string)
    assert {text: strings for text, strings in found.items() if len(strings) > 1} == {}


GAVE_WAY = {
    r"pengawas(?! \(pawas\))": "pawas",
    "ketelitian": "akurasi",
    "pangkalan": "pos",
    "lepas tugas|giliran jaga|tugas jaga": "dinas",
    "insiden": "kejadian",
    "unit tersisa": "belum ada unit",
    "yang lalu": "lalu",
    "tidak menerima atau": "tidak menerima maupun",
    "saya tahu": "sudah saya baca",
    "belum dicek": "belum diverifikasi",
    "yang sudah terjadi": "kronologi",
    "server pembuat": "server Google atau Apple",
    "butuhkan dokter": "butuhkan pertolongan medis",
    "sama: tangani": "kejadian sama: gabungkan",
}
"""Words that are said no more, and what is said instead: one word, one meaning."""


@pytest.mark.parametrize("word", GAVE_WAY)
def test_no_text_says_a_word_that_gave_way_to_another(word: str) -> None:
    said = [message.string for package in PACKAGES for message in filled_in(package)]
    texts = [each for string in said for each in (string if isinstance(string, tuple) else (string,))]
    assert [text for text in texts if re.search(rf"\b({word})", text, re.IGNORECASE)] == [], GAVE_WAY[word]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Two packages that both know Save; one of them says two things more."""
    for package, code in {
        WEB: '_("Save")',
        "calls": '_("Save"); _l("Answer"); ngettext("%(num)d call", "%(num)d calls", 2)',
    }.items():
        folder = tmp_path / "meteor" / package
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("")
        (folder / "views.py").write_text(code)
    (tmp_path / "templates" / "calls").mkdir(parents=True)
    (tmp_path / "templates" / "calls" / "new.html").write_text('{{ _("Hang up") }}')
    (tmp_path / "templates" / "base.html").write_text("")
    (tmp_path / "app.py").write_text("")
    return tmp_path


def test_a_room_need_not_repeat_the_common_words(house: Path) -> None:
    assert update(house, "calls") == ["%(num)d call", "Answer", "Hang up"]


def test_what_is_translated_stays_when_the_code_changes(house: Path) -> None:
    update(house, "calls")
    path = catalogues.catalogue_of(house, "calls")
    path.write_text(path.read_text().replace('msgid "Hang up"\nmsgstr ""', 'msgid "Hang up"\nmsgstr "Tutup telepon"'))
    (house / "meteor" / "calls" / "views.py").write_text('_("Transfer")')
    assert update(house, "calls") == ["Transfer"]
    assert 'msgstr "Tutup telepon"' in path.read_text()
    assert "Answer" not in path.read_text()
    assert path.with_suffix(".mo").exists()


def test_a_file_changes_only_when_words_do(house: Path) -> None:
    update(house, "calls")
    path = catalogues.catalogue_of(house, "calls")
    before = path.read_text()
    views = house / "meteor" / "calls" / "views.py"
    views.write_text("\n\n\n" + views.read_text())
    update(house, "calls")
    assert path.read_text() == before


def test_a_new_text_takes_its_translation_from_the_room_that_has_it(house: Path) -> None:
    update(house, WEB)
    for package in ("calls", "sas"):
        (house / "meteor" / package).mkdir(exist_ok=True)
        (house / "meteor" / package / "__init__.py").write_text("")
        (house / "meteor" / package / "views.py").write_text('_("Address")')
    update(house, "calls")
    path = catalogues.catalogue_of(house, "calls")
    path.write_text(path.read_text().replace('msgid "Address"\nmsgstr ""', 'msgid "Address"\nmsgstr "Alamat"'))
    assert update(house, "sas") == []
