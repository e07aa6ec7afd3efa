"""Brings the benches' store up to date, as its owner: tables, rights, organs, standards. Run as a module of its own."""

from __future__ import annotations


def main() -> None:
    import django

    django.setup()
    from yichuang.ledger.service import create_store
    from yichuang.ops.demo import load_city_structure
    from yichuang.ops.prepare import prepare

    prepare()
    create_store("demo")
    load_city_structure()


if __name__ == "__main__":
    main()
