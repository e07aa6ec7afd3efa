"""Brings the benches' store up to date, as its owner: tables, rights, organs, standards. Run as a module of its own."""

from __future__ import annotations


def main() -> None:
    import django

    django.setup()
    from yichuang.ledger.service import create_store
    from yichuang.ops.demo import LOADER, catalogue, city
    from yichuang.ops.prepare import prepare

    prepare()
    create_store("demo")
    city.build(LOADER)
    catalogue.build(LOADER)


if __name__ == "__main__":
    main()
