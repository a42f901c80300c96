import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation
from django.utils.translation import gettext as _

from core.observability.checks import Result, State, examine, is_well

MARKS = {State.WELL: "ok", State.WARNING: "!", State.WRONG: "WRONG", State.SKIPPED: "?"}


class Command(BaseCommand):
    help = "Say what is wrong with the site and how to mend it. Exit code 1 when something is."
    requires_system_checks: list[str] = []  # it speaks where little works

    def add_arguments(self, parser: ArgumentParser) -> None:
        languages = [code for code, _name in settings.LANGUAGES]
        parser.add_argument("--json", action="store_true", help="one JSON object, for machines")
        parser.add_argument("--language", choices=languages, default=settings.LANGUAGE_CODE)

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            results = examine()
            well = is_well(results)
            if options["json"]:
                said = {"well": well, "checks": [result.as_dict() for result in results]}
                self.stdout.write(json.dumps(said, ensure_ascii=False, indent=2))
            else:
                for result in results:
                    self._write(result)
                end = _("All is well.") if well else _("Something is wrong; the lines above say how to mend it.")
                self.stdout.write(f"\n{end}")
        if not well:
            raise SystemExit(1)

    def _write(self, result: Result) -> None:
        style = {State.WELL: self.style.SUCCESS, State.WRONG: self.style.ERROR}.get(result.state, self.style.WARNING)
        self.stdout.write(f"{style(f'{MARKS[result.state]:<6}')} {result.label}: {result.said}")
        if result.mend:
            self.stdout.write(f"       → {result.mend}")
