from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actions import rosters
from accounts.models import Institution, User
from core.errors import DomainError


class Command(BaseCommand):
    help = "Read a large list of an institution's people (CSV). The file is not kept: delete it afterwards."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("institution", help="its code")
        parser.add_argument("file", type=Path)
        parser.add_argument("--kind", default="student")
        parser.add_argument("--by", required=True, help="user name of the administrator or staff who answers for it")
        parser.add_argument("--note", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        institution = Institution.objects.filter(slug=options["institution"]).first()
        actor = User.objects.filter(username=options["by"]).first()
        if institution is None or actor is None:
            raise CommandError("There is no such institution or person.")
        try:
            roster, reading = rosters.upload(
                actor=actor,
                institution=institution,
                kind=options["kind"],
                file=options["file"].read_bytes(),
                note=options["note"],
                identity_rows_max=rosters.ROWS_MAX,
            )
        except DomainError as error:
            raise CommandError(str(error)) from None
        for row, complaint in reading.complaints:
            self.stderr.write(f"row {row}: {complaint}")
        self.stdout.write(f"{roster.size} rows on the list, {reading.left_out} left out.")
