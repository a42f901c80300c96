from typing import Any

from django.core.management.base import BaseCommand

from accounts.actions import identity


class Command(BaseCommand):
    help = (
        "Give those who were verified before there were facts what their document says (grown up, gender). "
        "May be interrupted and run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        filled, after = 0, 0
        while True:
            count, last = identity.fill_in_facts(after=after)
            filled += count
            if last is None:
                break
            after = last
        self.stdout.write(f"{filled} people have facts now.")
