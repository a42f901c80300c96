"""Lists of an institution's people: read once, turned into blind indexes at once, and matched to accounts for good.

What is uploaded is never stored and never logged; complaints name rows by their number only. Somebody on a list who
verifies next month is found then: `match` is called whenever more becomes known of an account.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import blind, terms
from accounts.actions import vouching
from accounts.models import Fact, FactChange, Institution, ProvenAddress, Roster, RosterEntry, User
from core.errors import DomainError, Invalid
from core.jobs.queue import enqueue_many
from core.text.clean import clean_line, require_length

BYTES_MAX = 5 * 1024 * 1024
ROWS_MAX = 20_000
IDENTITY_ROWS_MAX = 300
"""Rows with ID numbers one upload may have: their index is slow on purpose. `manage.py upload_roster` takes more."""
COMPLAINTS_MAX = 20

COLUMNS = {
    "name": ("name", "姓名", "名字"),
    "number": ("number", "id number", "id_number", "身份证号", "身份证号码", "身份证", "证件号码"),
    "email": ("email", "e-mail", "mail", "邮箱", "电子邮箱", "电子邮件"),
    "graduates": ("graduates", "graduation", "毕业时间", "毕业年月", "预计毕业时间", "毕业年份"),
}
_DAY = re.compile(r"(\d{4})(?:\D+(\d{1,2}))?(?:\D+(\d{1,2}))?\D*\Z")


@dataclass(frozen=True)
class Row:
    by: str
    index: bytes
    graduates: date | None
    address: str = field(default="", repr=False)


@dataclass
class Reading:
    """What a file said. `complaints`: (row number, what is wrong), at most COMPLAINTS_MAX of `left_out` in all."""

    rows: list[Row] = field(default_factory=list)
    complaints: list[tuple[int, str]] = field(default_factory=list)
    left_out: int = 0


def upload(
    *,
    actor: User,
    institution: Institution,
    kind: str,
    file: bytes,
    graduates: date | None = None,
    note: str = "",
    identity_rows_max: int = IDENTITY_ROWS_MAX,
) -> tuple[Roster, Reading]:
    """Read a CSV file with a line of headings (COLUMNS) into a list, and have the people on it found by jobs.

    Rows that say nothing usable are left out and named. Raises `Refused` (`not_allowed`, `not_an_issuer`,
    `not_its_business`) or `Invalid` (`bad_file`, `too_many_rows`, `too_long`).
    """
    vouching.require_desk(actor, institution)
    terms.can_vouch(institution, kind).require()
    note = clean_line(note)
    require_length(note, most=60, field="note")
    reading = read(file, identity_rows_max=identity_rows_max)
    if not reading.rows:
        raise Invalid("bad_file", _("There is no usable row in this file."), field="file")
    with transaction.atomic():
        roster = Roster.objects.create(
            institution=institution, kind=kind, note=note, graduates=graduates, created_by=actor
        )
        RosterEntry.objects.bulk_create(
            [RosterEntry(roster=roster, by=row.by, index=row.index, graduates=row.graduates) for row in reading.rows],
            ignore_conflicts=True,
            batch_size=1000,
        )
        roster.size = RosterEntry.objects.filter(roster=roster).count()  # the same person twice counts once
        roster.save(update_fields=["size"])
        found = sorted(_accounts(reading.rows))
        enqueue_many("accounts.match_rosters", [{"user_id": pk} for pk in found])
    return roster, reading


def withdraw(*, actor: User, roster: Roster) -> None:
    """Nobody is found by it any more, and its indexes are gone. What it has proven stays. Raises `Refused`."""
    vouching.require_desk(actor, roster.institution)
    with transaction.atomic():
        if Roster.objects.filter(pk=roster.pk, revoked_at=None).update(revoked_at=timezone.now()):
            RosterEntry.objects.filter(roster=roster).delete()


def match(*, user: User) -> list[Fact]:
    """Have every list that this account stands on vouch for it. Once an entry was matched it is not matched again.

    By the person behind the account, by confirmed e-mail addresses and by those proven to institutions. Locks them.
    """
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if not terms.can_prove(person):
            return []
        found: list[RosterEntry] = []
        if mine := blind.of_account(person.pk):
            found += entries(RosterEntry.By.IDENTITY, mine)
        if addresses := _addresses(person):
            found += entries(RosterEntry.By.EMAIL, addresses)
        said = []
        for entry in found:
            if entry.matched_at is not None:
                continue
            RosterEntry.objects.filter(pk=entry.pk).update(matched_at=timezone.now())
            try:
                said.append(_vouch(entry, person))
            except DomainError:  # what it says has ended meanwhile
                continue
    return said


def entries(by: str, indexes: Sequence[bytes]) -> "QuerySet[RosterEntry]":
    """Who stands under these indexes on lists that count."""
    rows = RosterEntry.objects.filter(by=by, index__in=list(indexes))
    return rows.filter(roster__revoked_at=None, roster__institution__is_issuer=True).select_related(
        "roster__institution"
    )


def read(file: bytes, *, identity_rows_max: int = IDENTITY_ROWS_MAX) -> Reading:
    """UTF-8 or GB 18030; separated by commas, semicolons or tabs. Raises `Invalid` (`bad_file`, `too_many_rows`)."""
    if len(file) > BYTES_MAX:
        raise Invalid("bad_file", _("This file is too large. Please cut it into several."), field="file")
    reading, slow = Reading(), 0
    for number, cells in _lines(_decode(file)):
        if number > ROWS_MAX + 1:
            raise Invalid("too_many_rows", _("At most %(most)s rows at a time.") % {"most": ROWS_MAX}, field="file")
        try:
            row = _row(cells)
        except Invalid as error:
            reading.left_out += 1
            if len(reading.complaints) < COMPLAINTS_MAX:
                reading.complaints.append((number, str(error)))
            continue
        slow += row.by == RosterEntry.By.IDENTITY
        if slow > identity_rows_max:
            raise Invalid(
                "too_many_rows",
                _("At most %(most)s rows with ID numbers at a time. Please cut the file.")
                % {"most": identity_rows_max},
                field="file",
            )
        reading.rows.append(row)
    return reading


def _lines(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    lines = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        names = [_column(title) for title in next(lines, [])]
        if not any(name in ("email", "number") for name in names):
            raise Invalid(
                "bad_file",
                _("The first row has to name the columns: name and number, or email."),
                field="file",
            )
        for number, cells in enumerate(lines, start=2):
            if any(cell.strip() for cell in cells):
                yield number, {name: cell for name, cell in zip(names, cells, strict=False) if name}
    except csv.Error:
        raise Invalid("bad_file", _("This is no CSV file that we can read."), field="file") from None


def _row(cells: Mapping[str, str]) -> Row:
    graduates = _graduates(cells.get("graduates", ""))
    if number := cells.get("number", "").strip():
        index = blind.of_person(name=cells.get("name", ""), number=number)
        return Row(RosterEntry.By.IDENTITY, index, graduates)
    address = cells.get("email", "").strip()
    if not blind.is_address(address):
        raise Invalid("bad_address", _("This is no e-mail address."))
    return Row(RosterEntry.By.EMAIL, blind.of_address(address), graduates, address)


def _graduates(text: str) -> date | None:
    """ "2028", "2028-06", "2028年6月30日"."""
    if not text.strip():
        return None
    found = _DAY.match(text.strip())
    try:
        if found is None:
            raise ValueError
        return date(int(found[1]), int(found[2] or 6), int(found[3] or 28))
    except ValueError:
        raise Invalid("bad_time", _("The day of graduation is none: write 2028-06.")) from None


def _column(title: str) -> str:
    plain = title.strip().strip("\ufeff").lower()
    return next((name for name, titles in COLUMNS.items() if plain in titles), "")


def _decode(file: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = file.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise Invalid("bad_file", _("This is no CSV file that we can read."), field="file")


def _accounts(rows: Sequence[Row]) -> set[int]:
    """Accounts that can be found for them right now."""
    people = [row.index for row in rows if row.by == RosterEntry.By.IDENTITY]
    mails = [row for row in rows if row.by == RosterEntry.By.EMAIL]
    found = set(blind.holders(people).values()) if people else set()
    proven = ProvenAddress.objects.filter(address_index__in=[row.index for row in mails])
    found.update(proven.values_list("user_id", flat=True))
    confirmed: Any = EmailAddress.objects.filter(verified=True, email__in=[row.address.lower() for row in mails])
    found.update(confirmed.values_list("user_id", flat=True))
    return found


def _addresses(person: User) -> list[bytes]:
    confirmed = EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
    proven = ProvenAddress.objects.filter(user=person).values_list("address_index", flat=True)
    return [*(blind.of_address(address) for address in confirmed), *(bytes(index) for index in proven)]


def _vouch(entry: RosterEntry, person: User) -> Fact:
    roster = entry.roster
    return vouching.vouch(
        institution=roster.institution,
        user=person,
        kind=roster.kind,
        graduates=entry.graduates or roster.graduates,
        way=FactChange.Way.ROSTER,
    )
