"""Words about people that pages use too: kinds of identity document."""

from __future__ import annotations

# GA/T 2000.156 codes this system takes from natural persons; the number of each is checked as far as its kind allows
ID_TYPES = {
    "111": "居民身份证",
    "414": "普通护照",
    "511": "台湾居民来往大陆通行证",
    "516": "港澳居民来往内地通行证",
}
RESIDENT_ID = "111"
