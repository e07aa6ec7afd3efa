"""Small files that are what they say they are, as people send them, and how to spoil them."""

from __future__ import annotations

import base64
import io
import zlib
from typing import Any

from PIL import Image


def pdf(*more: bytes, root: bytes = b"", padding: bytes = b"") -> bytes:
    """One empty page; `root` are further entries of the catalogue, `more` further objects from number 4 on."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R" + root + b">>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
        *more,
    )
    return written(objects) + padding


def written(objects: tuple[bytes, ...]) -> bytes:
    """The objects, numbered from 1, as a PDF with its table."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    return out + head + table + tail


def shared_pages(deep: int = 8, wide: int = 20) -> bytes:
    """Three kilobytes that claim `wide` to the power of `deep` pages: every node lists the next one many times."""
    nodes = [
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (wide ** (deep - n), b" ".join([b"%d 0 R" % (n + 3)] * wide))
        for n in range(deep)
    ]
    return written((b"<</Type/Catalog/Pages 2 0 R>>", *nodes, b"<</Type/Page/MediaBox[0 0 9 9]>>"))


def shared_fields(deep: int = 8, wide: int = 20) -> bytes:
    """The same with the fields of a form, where a signature is looked for."""
    nodes = [b"<</T(a)/Kids[%s]>>" % b" ".join([b"%d 0 R" % (n + 5)] * wide) for n in range(deep)]
    return written(
        (
            b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
            *nodes,
            b"<</T(x)/FT/Sig>>",
        )
    )


def picture(kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((160, 120), 60).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def png_bomb(side: int = 100_000) -> bytes:
    """A PNG that claims a picture of `side` times `side` points."""

    def block(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    head = side.to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + block(b"IHDR", head) + block(b"IDAT", zlib.compress(b"\0" * 99)) + block(b"IEND", b"")


PDF = pdf()
JPG = picture("JPEG")
PNG = picture("PNG")
HEIC = base64.b64decode(  # 96 by 64 points, as a phone writes it
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAVZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "ACJpbG9jAAAAAERAAAEAAQAAAAABegABAAAAAAAAAJkAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRt"
    "AAAAAAABAAAA1mlwcnAAAAC3aXBjbwAAAHhodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMA"
    "AAMAHroCQGEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoDCBBZbqSSmubgIaDAgAAAMAyAAAAwAIQGIAAQAHRAHBcrAiQAAAABNjb2xy"
    "bmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABgAAAAQAAAABBwaXhpAAAAAAMICAgAAAAXaXBtYQAAAAAAAAABAAEEgQIDBAAAAKFt"
    "ZGF0AAAAlSgBrxOAxJ4HlG/6lH+fnhLzyKLcn///+49DluALT70M0OCH//+XKj/UWYwUmn+REtz2twZt14XTaFW18b6DgPBnmy41"
    "G07Ht/R1KT2ElrkNfHhOFohJrvPrEKN9ngKHK823FqR0t2z33dl1zwyPyBiT768u+8mvzsm74xwUAlAnp9McWn2jS2evqBkZb3eY"
    "2XZqDR6w"
)
