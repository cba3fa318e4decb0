"""Messages to emergency contacts, which leave through the gateway."""

from meteor.panic import contacts

PARTNERS = {contacts.TOPIC: contacts.deliver}
