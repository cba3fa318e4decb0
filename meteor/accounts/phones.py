"""Phone numbers, kept as E.164 ("+6281234567890")."""

import phonenumbers

COUNTRY = "ID"


class NotAPhoneNumber(ValueError):
    """The text cannot be a phone number."""


def e164(text: str) -> str:
    """The number in E.164; a number without a country is Indonesian. Raises NotAPhoneNumber."""
    try:
        number = phonenumbers.parse(text, COUNTRY)
    except phonenumbers.NumberParseException as error:
        raise NotAPhoneNumber(text) from error
    if not phonenumbers.is_valid_number(number):
        raise NotAPhoneNumber(text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def readable(number: str) -> str:
    """An E.164 number as people here write it: "0812-3456-7890", a foreign one with its country."""
    parsed = phonenumbers.parse(number)
    own = parsed.country_code == phonenumbers.country_code_for_region(COUNTRY)
    formats = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, formats.NATIONAL if own else formats.INTERNATIONAL)
