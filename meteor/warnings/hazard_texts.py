"""Hazards that the disaster agency warns of, with texts to begin a warning with, in Indonesian and English.

The advice is our own wording of public guidance of BNPB, BMKG and PVMBG.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Hazard:
    """A hazard: its names, its category in CAP 1.2, and by language the headline and what to do."""

    name_id: str
    name_en: str
    category: str
    headlines: dict[str, str]
    instructions: dict[str, str]


def _hazard(names: tuple[str, str], category: str, instruction_id: str, instruction_en: str) -> Hazard:
    headlines = {"id": f"Peringatan {names[0].lower()}", "en": f"{names[1]} warning"}
    return Hazard(*names, category, headlines, {"id": instruction_id, "en": instruction_en})


HAZARDS = {
    "flood": _hazard(
        ("Banjir", "Flood"),
        "Met",
        "Matikan listrik di rumah. Pindahkan orang dan barang penting ke tempat tinggi. Jangan berjalan atau "
        "berkendara menerobos air. Ikuti arahan petugas; hubungi 112 bila terjebak.",
        "Switch off the electricity at home. Take people and important things up. Do not walk or drive through the "
        "water. Follow the officers; call 112 if you are trapped.",
    ),
    "tidal_flood": _hazard(
        ("Banjir rob", "Tidal flood"),
        "Met",
        "Jauhi tepi pantai dan dermaga saat air pasang. Pindahkan kendaraan dan barang ke tempat tinggi, ikat perahu "
        "lebih kuat, dan matikan listrik bila air masuk rumah.",
        "Keep away from the shore and the piers at high tide. Take vehicles and things to higher ground, moor boats "
        "more firmly, and switch off the electricity if water enters the house.",
    ),
    "strong_wind": _hazard(
        ("Angin kencang", "Strong wind"),
        "Met",
        "Masuk ke bangunan yang kuat dan jauhi jendela. Jangan berteduh di bawah pohon, baliho, atau kabel listrik. "
        "Nelayan tidak melaut sampai angin reda.",
        "Go into a solid building and keep away from windows. Do not shelter under trees, billboards or power lines. "
        "Boats stay in the harbour until the wind drops.",
    ),
    "landslide": _hazard(
        ("Tanah longsor", "Landslide"),
        "Geo",
        "Tinggalkan lereng dan tepi sungai sekarang. Waspadai retakan tanah, pohon miring, dan air yang tiba-tiba "
        "keruh. Jangan kembali sebelum petugas menyatakan aman.",
        "Leave slopes and river banks now. Watch for cracks in the ground, leaning trees and water that turns muddy. "
        "Do not return before officers say that it is safe.",
    ),
    "eruption": _hazard(
        ("Erupsi gunung api", "Volcanic eruption"),
        "Geo",
        "Pakai masker dan kacamata bila keluar rumah. Tutup pintu, jendela, dan tempat air. Kurangi berkendara karena "
        "abu membuat jalan licin. Jauhi zona bahaya Gunung Bromo.",
        "Wear a mask and goggles outside. Close doors, windows and water tanks. Drive less: ash makes roads slippery. "
        "Keep out of the danger zone of Mount Bromo.",
    ),
    "earthquake": _hazard(
        ("Gempa bumi", "Earthquake"),
        "Geo",
        "Waspadai gempa susulan. Keluar dari bangunan yang retak dan berkumpul di tempat terbuka. Periksa gas dan "
        "listrik. Di dekat pantai, segera ke tempat tinggi bila guncangan kuat atau lama.",
        "Expect aftershocks. Leave cracked buildings and gather in the open. Check gas and electricity. Near the shore "
        "go to higher ground at once if the shaking was strong or long.",
    ),
    "tsunami": _hazard(
        ("Tsunami", "Tsunami"),
        "Geo",
        "Segera ke tempat tinggi dan jauh dari pantai, jalan kaki bila bisa. Jangan menunggu melihat ombak. Gelombang "
        "datang beberapa kali: jangan kembali sebelum dinyatakan aman.",
        "Go to higher ground at once, away from the shore, on foot if you can. Do not wait to see a wave. Several "
        "waves may come: do not return before it is declared safe.",
    ),
    "fire": _hazard(
        ("Kebakaran dan asap", "Fire and smoke"),
        "Fire",
        "Jauhi lokasi dan beri jalan bagi pemadam. Tutup pintu dan jendela dari asap, pakai masker, dan bantu anak, "
        "lansia, dan orang sakit. Keluar merunduk bila asap masuk.",
        "Keep away and let the fire engines pass. Close doors and windows against the smoke, wear a mask, and help "
        "children, the old and the sick. Leave bent low if smoke comes in.",
    ),
    "other": Hazard("Bahaya lain", "Other hazard", "Safety", {"id": "", "en": ""}, {"id": "", "en": ""}),
}
"""The hazards by code, in the order in which they are offered."""

ALL_CLEAR = {
    "id": "Peringatan ini berakhir. Anda dapat kembali beraktivitas; tetap waspada dan ikuti arahan petugas.",
    "en": "This warning has ended. You may go back to what you do; stay alert and follow the officers.",
}

SENDER_NAME = "BPBD Kota Probolinggo"
