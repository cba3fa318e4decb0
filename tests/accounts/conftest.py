"""What the tests of accounts stand on."""

from tests.phones import phones as phones
