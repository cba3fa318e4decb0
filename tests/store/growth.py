"""A city with a past: every row that the city's life has left so far, many times over."""

from sqlalchemy import Column, Connection, Float, Integer, LargeBinary, Table, UniqueConstraint, Uuid, text

from meteor.store.database import db

SETTLED = frozenset(
    {
        "adjacent_authorities", "agencies", "api_clients", "capabilities", "client_tokens", "escalation_steps",
        "heartbeats", "incident_days", "incident_types", "invitations", "kecamatan", "kelurahan", "landmarks", "leases",
        "members", "phone_codes", "plan_items", "quotas", "recovery_requests", "remembered_devices", "rw",
        "seen_ciphertexts", "session_clock", "test_modes", "type_advice", "type_questions", "unit_capabilities",
        "unit_kinds", "units",
    }
)  # fmt: skip
"""Tables that stay as they are: what a city has a few hundred of, or what is forgotten soon."""

THOUSANDS = frozenset(
    {
        "callouts", "monthly_tests", "panels", "premises", "premises_contacts", "premises_pictures", "premises_users",
        "rt", "shortfalls", "zones",
    }
)  # fmt: skip
"""Tables that may be read through: of open incidents, or of the city's businesses and neighbourhoods."""

PHONES = frozenset({"phone", "caller", "caller_phone"})

APART = 10_000
"""Distance between the ids of a row's copies; more than the highest id of what is copied."""


def growing() -> dict[str, Table]:
    """The tables that grow, in the order in which they refer to each other."""
    return {table.name: table for table in db.metadata.sorted_tables if table.name not in SETTLED}


def multiply(connection: Connection, times: int) -> None:
    """Copy every row of the growing tables `times` times; copies refer to copies.

    Each has phone numbers of its own, and lies 11 m north of the one before.
    """
    grow = growing()
    for table in grow.values():
        columns = {column.name: _copied(column, grow, connection.dialect.name) for column in table.columns}
        connection.execute(
            text(
                f"WITH RECURSIVE copies (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < {times})"
                f" INSERT INTO {table.name} ({', '.join(columns)}) SELECT {', '.join(columns.values())}"
                f" FROM {table.name} CROSS JOIN copies"
            )
        )
        if connection.dialect.name == "postgresql" and "id" in table.c and isinstance(table.c.id.type, Integer):
            counter = f"pg_get_serial_sequence('{table.name}', 'id')"
            connection.execute(text(f"SELECT setval({counter}, max(id)) FROM {table.name} HAVING max(id) IS NOT NULL"))


def _copied(column: Column[object], grow: dict[str, Table], dialect: str) -> str:
    """What a column of the copy number n holds, in SQL."""
    name, kind = f"{column.table.name}.{column.name}", column.type
    refers = any(key.column.table.name in grow for key in column.foreign_keys)
    if (
        not refers
        and (column.foreign_keys or not _is_unique(column, grow))
        and column.name not in (*PHONES, "latitude")
    ):
        return name
    if isinstance(kind, Float):
        return f"{name} + n * 0.0001"
    if isinstance(kind, Uuid):
        if dialect == "postgresql":
            return f"(substr({name}::text, 1, 24) || lpad(to_hex(n), 12, '0'))::uuid"
        return f"substr({name}, 1, 20) || printf('%012x', n)"
    if isinstance(kind, Integer):
        return f"{name} + {APART} * n"
    if isinstance(kind, LargeBinary):
        return f"{name} || convert_to(n::text, 'UTF8')" if dialect == "postgresql" else f"CAST({name} || n AS BLOB)"
    return f"CASE {name} WHEN '' THEN '' ELSE {name} || '-' || n END"


def _is_unique(column: Column[object], grow: dict[str, Table]) -> bool:
    """Whether a copy would collide with its original in this column."""
    table = column.table
    assert isinstance(table, Table)
    unique = [set(table.primary_key.columns), *(set(index.columns) for index in table.indexes if index.unique)]
    unique += [set(rule.columns) for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    return any(
        column in together
        and not any(key.column.table.name in grow for other in together for key in other.foreign_keys)
        for together in unique
    )
