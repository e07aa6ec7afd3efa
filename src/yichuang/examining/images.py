"""Photos and scans: decoded to their end, so that a truncated one is found. Photos of phones (HEIC) become JPEG."""

from __future__ import annotations

import io

import pi_heif
from PIL import Image, ImageFile

from yichuang.examining.results import BOMB, BROKEN, GOOD, OTHER, Examined

Image.MAX_IMAGE_PIXELS = 250_000_000  # A0 at 300 dpi is 140 million
ImageFile.LOAD_TRUNCATED_IMAGES = False
pi_heif.options.DECODE_THREADS = 1
SCALE = (256, 256)  # about the size a JPEG is decoded to: all of its data is read, in a fraction of the memory
QUALITY = 85
LARGEST = (6000, 6000)  # pixels of a converted photo: A3 at 360 dpi
HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"heif"}
PNG_END = b"IEND\xaeB`\x82"
CUT = "图片不完整，可能没有传完或者没有保存完"
RETAKE = "请打开原图确认能完整显示，再重新上传；显示不全的请重新拍照或扫描。"
AS_JPEG = (
    "请把照片存为 JPG 后再上传：苹果手机在“设置—相机—格式”里选“兼容性最佳”后重拍，或者在相册里把照片截图；"
    "其他手机在相机设置里关闭“高效图片格式（HEIF）”。"
)


def test_jpg(data: bytes) -> Examined:
    """Examine a JPEG. A HEIC photo of a phone is accepted in its place and converted."""
    if is_heic(data):
        return convert_heic(data)
    if data[:3] != b"\xff\xd8\xff":
        return Examined(OTHER.format("JPG 图片"))
    if b"\xff\xd9" not in data:
        return Examined(CUT, RETAKE)
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
            image.draft(None, SCALE)
            image.load()
    except Image.DecompressionBombError:
        return Examined(BOMB)
    except (OSError, ValueError, SyntaxError) as error:
        return Examined(CUT, RETAKE) if "truncated" in str(error) else Examined(BROKEN)
    return GOOD


def test_png(data: bytes) -> Examined:
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        return Examined(OTHER.format("PNG 图片"))
    if data[12:16] != b"IHDR":
        return Examined(BROKEN)
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            image.verify()  # every block and its checksum, to the end mark
    except Image.DecompressionBombError:
        return Examined(BOMB)
    except (OSError, ValueError, SyntaxError):
        return Examined(CUT, RETAKE)
    return GOOD if PNG_END in data else Examined(CUT, RETAKE)


def is_heic(data: bytes) -> bool:
    return data[4:8] == b"ftyp" and data[8:12] in HEIC


def convert_heic(data: bytes) -> Examined:
    """Convert a HEIC photo to JPEG, upright, without its metadata of place and device."""
    try:
        photo = pi_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True)
        image = photo.to_pillow().convert("RGB")
        image.thumbnail(LARGEST)
        out = io.BytesIO()
        image.save(out, "JPEG", quality=QUALITY, icc_profile=image.info.get("icc_profile") or b"")
    except MemoryError:
        raise
    except Exception:  # the library raises what it likes for what it cannot read
        return Examined("这张 HEIC 照片不能转换为 JPG", AS_JPEG)
    return Examined(converted=out.getvalue())
