"""The words of the API: every property and parameter described with an example, and no refusal that speaks of pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def test_every_property_and_parameter_is_described_with_an_example() -> None:
    from yichuang.faces.api.api import description

    document = description()
    lacking = [
        f"{shape}.{name}"
        for shape, schema in document["components"]["schemas"].items()
        for name, part in schema.get("properties", {}).items()
        if not part.get("description") or not part.get("examples")
    ]
    for methods in document["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                if not parameter.get("description") or "example" not in parameter:
                    lacking.append(f"{operation['operationId']}?{parameter['name']}")
    assert lacking == []


def test_no_two_shapes_of_the_document_share_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """The later would stand for both, and one of them would be described wrongly."""
    from ninja.openapi.schema import OpenAPISchema

    from yichuang.faces.api.api import api

    clashing = set()
    add = OpenAPISchema.add_schema_definitions

    def watch(self: Any, definitions: dict[str, Any]) -> None:
        clashing.update(n for n, shape in definitions.items() if self.schemas.get(n, shape) != shape)
        add(self, definitions)

    monkeypatch.setattr(OpenAPISchema, "add_schema_definitions", watch)
    api.get_openapi_schema(path_prefix="/api/")
    assert clashing == set()


def test_no_refusal_speaks_of_pages_to_a_program() -> None:
    """Every sentence of the cores, as a program reads it."""
    import ast

    from yichuang.faces.api.problems import for_programs

    src = Path(__file__).parents[2] / "src" / "yichuang"
    files = [*src.glob("*/core/*.py"), src / "cases/prepare.py", src / "cases/drafts.py", src / "cases/correcting.py"]
    for file in (*files, *src.glob("aggregates/*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "。" in node.value:
                said = for_programs(node.value)
                for word in ("页面", "本页", "刷新", "勾选", "按钮", "登录后"):
                    assert word not in said, f"{file.name}: {said}"
