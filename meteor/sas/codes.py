"""Meanings of panels' codes: SIA's two letters (DC-03) and Contact ID's three digits (DC-05).

Checked against the lists of DC-03-2017 and DC-05-2016 as other implementations have them, not against the printed
standards, which are sold.
"""

from dataclasses import dataclass

ALARMS = ("hold_up", "duress", "medical", "fire", "gas", "burglary", "tamper", "environment", "alarm")
"""Meanings that are alarms. `alarm` has no stated kind."""

TROUBLES = ("power", "battery", "communication", "trouble", "silent")
"""The panel itself is not well. `silent` is no code's: METEOR says so of a panel that has been missed for too long."""

MEANINGS = (*ALARMS, *TROUBLES, "opening", "closing", "access", "bypass", "cancel", "test", "status", "unknown")
"""All that a code can mean. `unknown` is for a person to look at."""

_BY_URGENCY = {meaning: place for place, meaning in enumerate(dict.fromkeys((*ALARMS, "unknown", *MEANINGS)))}

VERIFIED = frozenset({"BV", "BM", "XM", "139"})
"""The panel itself has seen a second sign: verified, cross point, intrusion verifier."""


@dataclass(frozen=True)
class Event:
    """One thing that a message says. `meaning` is of MEANINGS; `restore`: what the code names is over.

    `area` is the partition as it was sent, `zone` has three digits at least or is empty. `user` is who did it, where
    the code is about a person.
    """

    code: str
    meaning: str
    restore: bool = False
    area: str = ""
    zone: str = ""
    user: str = ""


def urgency(event: Event) -> tuple[bool, int]:
    """Sort key of events: alarms first, restores last."""
    return event.restore, _BY_URGENCY[event.meaning]


def sia(code: str) -> tuple[str, bool]:
    """The meaning of a DC-03 code, and whether it is a restore."""
    if code in _SIA:
        meaning, restore = _SIA[code]
        return meaning, restore
    family, ending = code[:1], code[1:]
    if family in _FAMILIES and ending in _ENDINGS:
        said_of_it, restore = _ENDINGS[ending]
        return said_of_it or _FAMILIES[family], restore
    return "unknown", False


def contact_id(code: str, qualifier: str) -> tuple[str, bool]:
    """The meaning of a DC-05 code with its qualifier (1 new, 3 restore, 6 still so), and whether it is a restore."""
    meaning = _CONTACT_ID.get(code) or _CLASSES.get(code[:1], "unknown")
    restore = qualifier == "3"
    if meaning == "opening":
        return ("closing" if restore else "opening"), False
    if qualifier == "6" and meaning not in ALARMS:
        return "status", False
    return meaning, restore


def about_a_user(code: str) -> bool:
    """Return whether the number that comes with the code names a person, not a zone."""
    return code in _USERS or (len(code) == 3 and code[0] == "4" and code not in _ABOUT_A_ZONE)


_FAMILIES = {
    "B": "burglary", "F": "fire", "G": "gas", "H": "hold_up", "K": "fire", "M": "medical", "P": "hold_up",
    "Q": "medical", "S": "fire", "T": "tamper", "U": "alarm", "W": "environment", "Z": "environment",
}  # fmt: skip
"""Subjects of DC-03's codes by the first letter. K is heat, P panic, Q emergency, S sprinklers, U untyped."""

_ENDINGS = {
    "A": ("", False),
    "B": ("bypass", False),
    "H": ("", True),
    "J": ("trouble", True),
    "R": ("", True),
    "S": ("trouble", False),
    "T": ("trouble", False),
    "U": ("bypass", True),
    "X": ("test", False),
}
"""Events of DC-03's codes by the second letter; empty for the alarm itself. H, J and R are restores."""


def _table(**codes: str) -> dict[str, tuple[str, bool]]:
    """Codes by meaning; a meaning that ends in `_over` is that meaning's restore."""
    return {
        code: (meaning.removesuffix("_over"), meaning.endswith("_over"))
        for meaning, listed in codes.items()
        for code in listed.split()
    }


_SIA = _table(
    alarm="AA EA UG UX UZ CM EZ",
    burglary="BG BM BV DF DL XM",
    burglary_over="DH DR",
    fire="FG FM",
    alarm_over="AN",
    tamper="ES XS JA EM",
    tamper_over="EJ XJ EN",
    power="AT YP YI",
    power_over="AR YQ YJ RR",
    battery="YT XT YM",
    battery_over="YR XR",
    communication="YC YS LT NT NC XQ XL",
    communication_over="YK LR NR XH",
    trouble="""BD BZ TT UY FW FY FZ IA ET DT DJ DM YA YD YF YU YW YX YN YO RT XE XF XW XX CI OI CD NA JL JO OU EX AS
        VT VO EE""",
    trouble_over="BE FV FQ IR ER YE YH YZ NS OV VR VI",
    cancel="BC FC OC AB",
    opening="OA OG OH OJ OK OL OP OQ OR OS OZ CT",
    closing="CA CE CF CG CJ CK CL CP CQ CR CS CW CZ NF NL NM OT",
    access="DA DB DC DD DE DG DI DK DN DO DP DQ DS DU DV DW DX DY DZ JK JP",
    test="RP RX TX FI FK TS TE TC TP TW TZ RY VX",
    status="""CO CX FL JD JH JR JS JT JV JX JY JZ LB LD LE LF LS LU LX MI RA RB RC RD RN RO RS RU SC VY VZ XA XI YB YG
        YY""",
)  # fmt: skip

_CLASSES = {"2": "trouble", "3": "trouble", "5": "bypass"}
"""Meanings of other Contact ID codes, by the first digit."""

_CONTACT_ID = {
    code: meaning
    for meaning, listed in {
        "medical": "100 101 102 103",
        "fire": "110 111 112 113 114 115 116 117 118",
        "hold_up": "120 122 123 126 129",
        "duress": "121 124 125",
        "burglary": "130 131 132 133 134 135 136 138 139 146 155 423",
        "tamper": "137 144 145 316 317 341 383 461",
        "alarm": "140 150 374 922",
        "gas": "151 162",
        "environment": "152 153 154 157 158 159 161 163 168 169",
        "trouble": "141 142 143 147 156 427 428 432 453 454 455 457 641 654 924",
        "power": "301 314 337 342 926",
        "battery": "302 309 311 338 384",
        "communication": "344 350 351 352 353 354 355 356 357 358 551 552 554 555 954",
        "cancel": "406 465",
        "opening": "400 401 402 403 404 405 407 408 409 441 442 443 444 450 451 452 456 459 463 464",
        "access": "411 412 413 416 421 422 424 425 426 429 430 431 433 434 435 436 458 462 466 642 643 921",
        "bypass": "923 925",
        "test": "601 602 603 604 607 608 611 612 613 614 615 704 913 914 915 916",
        "status": """305 306 313 345 414 415 605 606 609 616 621 622 623 624 625 626 627 628 629 630 631 632 900 901 902
            903 904 910 911 912 917 918 919 920 928 929""",
    }.items()
    for code in listed.split()
}

_ABOUT_A_ZONE = frozenset(["416", "423", "426", "427", "428", "432", "433", "434", "461", "465"])
"""Codes of Contact ID's fourth class that are about a door or another zone."""

_USERS = frozenset(
    [
        "BC",
        "CE",
        "CF",
        "CG",
        "CK",
        "CL",
        "CP",
        "CQ",
        "CR",
        "DA",
        "DB",
        "EE",
        "JD",
        "JH",
        "JK",
        "JP",
        "JS",
        "JT",
        "JV",
        "JX",
        "JY",
        "JZ",
        "OC",
        "OH",
        "OJ",
        "OK",
        "OL",
        "OP",
        "OQ",
        "OR",
        "OT",
        "RX",
        "121",
        "313",
        "574",
        "604",
        "607",
        "625",
        "642",
        "655",
    ]
)
