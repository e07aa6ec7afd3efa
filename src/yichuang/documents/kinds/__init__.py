"""The kinds of official document, one file each: importing this package declares all of them."""

from importlib import import_module
from pkgutil import iter_modules

from yichuang.documents.declaring import KINDS

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["KINDS"]
