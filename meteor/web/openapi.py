"""The OpenAPI 3.1 description, built from the declarations of the API routes."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from meteor.web.api import JSON, LARGEST
from meteor.web.idempotency import LONGEST_KEY
from meteor.web.problems import MIMETYPE, ProblemDetails

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


def document(app: Flask, title: str, version: str) -> Schema:
    """The whole description."""
    views = ((rule, app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules())
    operations = sorted(((rule, view) for rule, view in views if hasattr(view, "answers")), key=lambda one: one[0].rule)
    shapes = [shape for _, view in operations for shape in _shapes(view)]
    references, schemas = models_json_schema(
        [*shapes, (ProblemDetails, "serialization")], ref_template="#/components/schemas/{model}"
    )
    paths: dict[str, Schema] = {}
    for rule, view in operations:
        (method,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        address = re.sub(r"<(?:[^:<>]*:)?(\w+)>", r"{\1}", rule.rule)
        paths.setdefault(address, {})[method.lower()] = _operation(rule, method != "GET", view, references)
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


def _shapes(view: Any) -> Iterator[tuple[type[BaseModel], Any]]:
    """The shapes that a view is sent and answers, with pydantic's mode of each."""
    yield from ((shape, "validation") for name, shape in view.__annotations__.items() if name in ("body", "query"))
    yield from ((shape, "serialization") for media in view.answers.values() for shape in media.values())


def _operation(rule: Rule, writes: bool, view: Any, references: Mapping[Any, Schema]) -> Schema:
    shapes, (scope,) = view.__annotations__, view.allowed
    refusals = [401, 403, 422, 429, *([400, 409, 413, 415] if writes else []), *([404] if rule.arguments else [])]
    described: Schema = {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": view.__doc__.rstrip("."),
        "description": f"Needs the scope `{scope}`.",
        "security": [{"client": [scope]}],
        "parameters": [*_path(rule, shapes), *_query(shapes.get("query")), *([_KEY] if writes else [])],
        "responses": {
            **{str(status): _success(status, media, references) for status, media in view.answers.items()},
            **{str(code): {"$ref": f"#/components/responses/{code}"} for code in sorted(refusals)},
        },
    }
    if "body" in shapes:
        content = {JSON: {"schema": references[shapes["body"], "validation"]}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _path(rule: Rule, shapes: Mapping[str, Any]) -> Iterator[Schema]:
    for name in rule.arguments:
        yield {"name": name, "in": "path", "required": True, "schema": TypeAdapter(shapes[name]).json_schema()}


def _query(shape: type[BaseModel] | None) -> Iterator[Schema]:
    schema = shape.model_json_schema() if shape else {"properties": {}}
    for name, known in schema["properties"].items():
        yield {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": known}


def _success(status: int, media: Any, references: Mapping[Any, Schema]) -> Schema:
    content = {name: {"schema": references[one, "serialization"]} for name, one in media.items()}
    headers = {"headers": {"Location": {"schema": {"type": "string"}}}} if status == 201 else {}
    return {"description": "As asked.", "content": content, **headers}


def _refusal(code: int, words: str) -> Schema:
    content = {MIMETYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
    headers = {"headers": {"Retry-After": {"schema": {"type": "integer"}}}} if code == 429 else {}
    return {"description": words, "content": content, **headers}


_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A name of your own for this request. Sent again with the same key and body, it is done once and "
    "answered the same; with another body it is refused (409). Kept for two days.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": r"^[!#-~]([ !#-~]*[!#-~])?$"},
}
