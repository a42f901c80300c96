from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.jobs import enqueue
from search.actions import indexing
from search.engine import Index


class Command(BaseCommand):
    help = "Make the search index anew from what there is, while people go on searching. May be run at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", choices=[index.value for index in Index], help="one index; else all of them")
        parser.add_argument("--now", action="store_true", help="here and now; else by workers, in ranges")

    def handle(self, *args: Any, **options: Any) -> None:
        for index in [Index(options["only"])] if options["only"] else list(Index):
            if options["now"]:
                indexing.everything(index)
                self.stdout.write(f"{index.value}: indexed.")
            else:
                enqueue("search.reindex", index=index.value)
                self.stdout.write(f"{index.value}: workers go through it; /admin/ → Large work shows how far they are.")
