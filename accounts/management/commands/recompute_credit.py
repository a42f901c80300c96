from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions import credit
from accounts.credit import VERSION
from accounts.models import User
from accounts.tasks.credit import everybody


class Command(BaseCommand):
    help = "Bring conduct credit up to date, of everybody or of one person. To be run after the formula changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", metavar="NAME", help="only this person, by user name")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["user"] is None:
            changed = everybody()
        else:
            person = User.objects.filter(username=options["user"]).first()
            if person is None:
                raise CommandError(f"There is nobody called {options['user']}.")
            changed = credit.recompute(after=person.pk - 1, until=person.pk)
        self.stdout.write(f"Formula {VERSION}: {changed} changed.")
