"""What the tests of the portal's pages share: a logged-in browser, and a draft filled in through the pages."""

from __future__ import annotations

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.db.filling import fill
from tests.samples import PDF as PDF


def browser(account: Any, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def flat(values: dict[str, Any]) -> dict[str, Any]:
    """Values as a browser sends them."""
    out: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            out[f"rows:{name}"] = str(len(value))
            for index, row in enumerate(value):
                out |= {f"{name}-{index}-{key}": text(v) for key, v in row.items()}
        else:
            out[name] = text(value)
    return out


def text(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return [str(v) for v in value] if isinstance(value, list) else str(value)


def begin(client: Client, subject: Any, item: str = "ZZ-001", situation: str = "new") -> str:
    """A new draft's address, without what comes after its id."""
    answer = client.post(f"/items/410100/{item}/apply", {"subject": subject.pk, "situation": situation})
    assert answer.status_code == 302, answer.content.decode()
    return re.sub(r"/(form|materials|review)$", "", answer.url)


def upload(client: Client, draft: str, material: str, name: str = "材料.pdf", data: bytes = PDF) -> Any:
    return client.post(f"{draft}/materials", {"material": material, "file": SimpleUploadedFile(name, data)})


def complete(client: Client, draft: str, standard: Any, *, situation: str = "new", agent: str = "no") -> None:
    """Fill in the form and bring every material that is asked for, one of them as paper."""
    answer = client.post(f"{draft}/form", flat(fill(standard, situation, agent)))
    assert answer.status_code == 302, answer.content.decode()
    page = client.get(f"{draft}/materials").content.decode()
    for index, code in enumerate(re.findall(r'<input[^>]* id="file-(M\d+)"', page)):
        if index == 0:
            assert client.post(f"{draft}/materials", {"material": code, "way": "paper"}).status_code == 302
        else:
            assert upload(client, draft, code).status_code == 302


def submit(client: Client, draft: str) -> str:
    """The address of the confirmation page."""
    answer = client.post(f"{draft}/submit", {"promise": "yes"})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.url)
