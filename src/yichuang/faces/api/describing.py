"""The words of the API's description: what each property and parameter means, with an example (`properties.yaml`).

A shape that says it itself keeps its own words. What has neither is a fault that a test finds.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

PROPERTIES = Path(__file__).parent / "properties.yaml"


@cache
def _words() -> dict[str, list[Any]]:
    """Description and example by name, and by `Shape.name`."""
    known = yaml.load(PROPERTIES.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {**known["common"], **known["of"]}


def complete_description(document: dict[str, Any]) -> None:
    """Give every property and parameter of an OpenAPI document its description and an example, and every body that is
    sent an example made of those of its properties.
    """
    schemas = document.get("components", {}).get("schemas", {})
    for shape, schema in schemas.items():
        for name, part in schema.get("properties", {}).items():
            _complete(part, f"{shape}.{name}", name)
    for operations in document["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                _complete_parameter(parameter)
            for media, content in operation.get("requestBody", {}).get("content", {}).items():
                if media == "application/json":
                    content["example"] = example_of(content["schema"], schemas)


def _complete(part: dict[str, Any], place: str, name: str) -> None:
    description, example = _words().get(place) or _words().get(name) or ("", None)
    if description:
        part.setdefault("description", description)
        part.setdefault("examples", [_fitting(part, example)])


def _complete_parameter(parameter: dict[str, Any]) -> None:
    description, example = _words().get(parameter["name"].replace("-", "_")) or ("", None)
    if "description" not in parameter and description:
        parameter["description"] = description
    if "example" not in parameter:
        schema = parameter["schema"]
        given = schema.get("examples", [_fitting(schema, example)])
        parameter["example"] = given[0]


def _fitting(schema: dict[str, Any], example: Any) -> Any:
    """The example, or what the schema itself names where the example is none of it."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema and example not in schema["enum"]:
        return next(value for value in schema["enum"] if value != "")
    return _default(schema) if example is None else example


def _default(schema: dict[str, Any]) -> Any:
    return schema.get("default", "7d0a2c1e-8a55-4f6e-9b0e-2f8a1f1f0c11" if schema.get("format") == "uuid" else None)


def example_of(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """An example of what is sent: the properties that must be there, each with its first example."""
    name = schema.get("$ref", "").rpartition("/")[2]
    whole = schemas.get(name, schema)
    properties = whole.get("properties", {})
    return {part: properties[part]["examples"][0] for part in whole.get("required", ()) if part in properties}
