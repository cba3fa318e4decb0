"""The OpenAPI 3.1 description, built from the declarations of the API routes."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from meteor.store.shapes import Shape
from meteor.web.api import LARGEST, Nothing, Operation
from meteor.web.idempotency import LONGEST_KEY
from meteor.web.problems import MIMETYPE

REFUSALS = {
    400: "What was sent could not be read.",
    401: "There is no token, or it is not good.",
    403: "The client has not been given the scope.",
    404: "There is nothing here that this client may see.",
    405: "The address has other methods; Allow names them. (No operation answers this.)",
    409: "It cannot be done as things stand, or the Idempotency-Key came with another request before.",
    413: f"The body is larger than {LARGEST // 1024} kB.",
    415: "The body is not application/json.",
    422: "A field is unknown, missing or wrong: `errors` says which and what would be right.",
    429: "More requests in a minute than the client was given; Retry-After says how many seconds to wait.",
}

Schema = dict[str, Any]


class FieldProblem(Shape):
    """A field by its path, and what would be right."""

    field: str
    problem: str


class ProblemDetails(Shape):
    """Problem details (RFC 9457), in Indonesian, or in English where Accept-Language prefers it."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | None = None


def document(app: Flask, title: str, version: str) -> Schema:
    """The whole description."""
    routes = list(_operations(app))
    shapes = [shape for _, _, one, _ in routes for shape in _shapes(one)]
    references, schemas = models_json_schema(
        [*shapes, (ProblemDetails, "serialization")], ref_template="#/components/schemas/{model}"
    )
    paths: dict[str, Schema] = {}
    for rule, method, one, scope in routes:
        address = re.sub(r"<(?:[^:<>]*:)?(\w+)>", r"{\1}", rule.rule)
        paths.setdefault(address, {})[method] = _operation(rule, method, one, scope, references)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "responses": {str(code): _refusal(code, words) for code, words in REFUSALS.items()},
            "securitySchemes": {"client": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operations(app: Flask) -> Iterator[tuple[Rule, str, Operation, str | None]]:
    """Every route with an operation: its rule, method (in small letters), operation and scope."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        view: Any = app.view_functions[rule.endpoint]
        if hasattr(view, "operation"):
            scope = next(iter(view.allowed)) if hasattr(view, "admit") else None
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method.lower(), view.operation, scope


def _shapes(one: Operation) -> list[tuple[type[BaseModel], Any]]:
    sent = [(shape, "validation") for shape in (one.body, one.query) if shape]
    answered = [(shape, "serialization") for media in one.answers.values() for shape in media.values()]
    return [*sent, *answered]


def _operation(rule: Rule, method: str, one: Operation, scope: str | None, references: Mapping[Any, Schema]) -> Schema:
    described: Schema = {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": one.summary,
        "parameters": [*_path(rule, one), *_query(one), *([_KEY] if method != "get" else [])],
        "responses": {
            str(status): {
                "description": "As asked.",
                "content": {name: {"schema": references[shape, "serialization"]} for name, shape in media.items()},
                **({"headers": {"Location": {"schema": {"type": "string"}}}} if status == 201 else {}),
            }
            for status, media in one.answers.items()
        },
    }
    for code in _refused(rule, method, one, scope):
        described["responses"][str(code)] = {"$ref": f"#/components/responses/{code}"}
    if one.body:
        content = {"application/json": {"schema": references[one.body, "validation"]}}
        described["requestBody"] = {"required": True, "content": content}
    if scope:
        described["description"] = f"Needs the scope `{scope}`."
        described["security"] = [{"client": [scope]}]
    return described


def _refused(rule: Rule, method: str, one: Operation, scope: str | None) -> list[int]:
    reading = [401, 403, 429] if scope else []
    writing = [400, 409, 413, 415] if method != "get" else []
    return sorted({*reading, *writing, 422, *([404] if rule.arguments else [])})


def _path(rule: Rule, one: Operation) -> Iterator[Schema]:
    for name, converter in rule._converters.items():
        known = {"type": "string", "format": "uuid"} if "UUID" in type(converter).__name__ else {"type": "string"}
        yield {"name": name, "in": "path", "required": True, "schema": {**known, **one.path.get(name, {})}}


def _query(one: Operation) -> Iterator[Schema]:
    if one.query is Nothing:
        return
    schema = one.query.model_json_schema()
    for name, shape in schema["properties"].items():
        yield {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": shape}


def _refusal(code: int, words: str) -> Schema:
    content = {MIMETYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
    headers = {"Retry-After": {"schema": {"type": "integer"}}} if code == 429 else {}
    return {"description": words, "content": content, **({"headers": headers} if headers else {})}


_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A name of your own for this request. Sent again with the same key and body, it is done once and "
    "answered the same; with another body it is refused (409). Kept for two days.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": r"^[!#-~]([ !#-~]*[!#-~])?$"},
}
