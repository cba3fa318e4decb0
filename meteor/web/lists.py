"""Lists that the server searches, sorts and pages, as templates/parts/tables.html shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request
from sqlalchemy import Select, func, inspect, or_, select

from meteor.store.database import db

PAGE_SIZE = 50


@dataclass(frozen=True)
class Listing:
    """One page of a list. `sort` is a key of `sorts`, with a leading "-" when it goes down; pages count from 1."""

    rows: Sequence[Any]
    total: int
    page: int
    sort: str
    sorts: frozenset[str]
    q: str
    path: str
    filters: Mapping[str, str]

    @property
    def pages(self) -> int:
        """Number of pages, at least one."""
        return max(1, -(-self.total // PAGE_SIZE))

    @property
    def first(self) -> int:
        """Number of the first shown row, 0 without rows."""
        return min(self.total, (self.page - 1) * PAGE_SIZE + 1)

    @property
    def last(self) -> int:
        """The number of the last row that is shown."""
        return min(self.total, self.page * PAGE_SIZE)

    @property
    def narrowed(self) -> bool:
        """Return whether a search or a filter leaves something out."""
        return bool(self.q or self.filters)

    def direction(self, key: str) -> str | None:
        """The direction of sorting by `key`, in aria-sort's words; None if it is sorted by another."""
        return {key: "ascending", f"-{key}": "descending"}.get(self.sort)

    def sorted_by(self, key: str) -> str:
        """The address of this list sorted by `key`; the other way round if it already is."""
        return self._url(sort=f"-{key}" if self.sort == key else key)

    def page_url(self, page: int) -> str:
        """The address of another page of this list."""
        return self._url(page=str(page))

    def _url(self, **changes: str) -> str:
        query = {**self.filters, "q": self.q, "sort": self.sort, **changes}
        return f"{self.path}?{urlencode({name: value for name, value in query.items() if value})}"


def listing(
    statement: Select[Any],
    *,
    sorts: Mapping[str, Any],
    search: Sequence[Any] = (),
    filters: Sequence[str] = (),
    sort: str | None = None,
) -> Listing:
    """The page of `statement`'s entities that the request's q, sort and page ask for.

    `sorts`: what the columns may be sorted by; the first (or `sort`) unless the request names another. Equal rows come
    in the order of their primary key, so no row stands on two pages. `search`: text columns, of which one must contain
    each word of q. `filters`: names in the query that the caller has already narrowed `statement` by. A request for
    something that is not there gets the nearest that is.
    """
    q = " ".join(request.args.get("q", "")[:100].split())
    for word in q.split() if search else ():
        statement = statement.where(or_(*(column.icontains(word, autoescape=True) for column in search)))
    total = db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    asked = request.args.get("sort", "")
    by = asked if asked.removeprefix("-") in sorts else sort or next(iter(sorts))
    page = _nearest(request.args.get("page", 1, type=int), total)
    rows = db.session.scalars(_sorted(statement, sorts, by).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))
    kept = {name: request.args[name] for name in filters if request.args.get(name)}
    return Listing(rows.unique().all(), total, page, by, frozenset(sorts), q, request.path, kept)


def page_of(rows: Sequence[Any], page: int, path: str, filters: Mapping[str, str]) -> Listing:
    """A page of rows that are there already, in their order: the nearest to `page` that is."""
    page = _nearest(page, len(rows))
    shown = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return Listing(shown, len(rows), page, "", frozenset(), "", path, filters)


def _nearest(page: int, total: int) -> int:
    return min(max(1, page), max(1, -(-total // PAGE_SIZE)))


def _sorted(statement: Select[Any], sorts: Mapping[str, Any], by: str) -> Select[Any]:
    column = sorts[by.removeprefix("-")]
    entity = statement.column_descriptions[0]["entity"]
    order = column.desc() if by.startswith("-") else column.asc()
    return statement.order_by(None).order_by(order.nulls_last(), *inspect(entity).primary_key)
