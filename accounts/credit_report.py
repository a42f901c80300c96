"""What a person is told about their own conduct credit: the number, what it is made of, and why it moved."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import credit as formula
from accounts.actions.credit import conducts_of, is_appealable
from accounts.models import CreditAppeal, CreditChange, CreditEntry, CreditKind, User

Text = str | Promise
CHANGES_SHOWN = 8

PART_LABELS: dict[str, Text] = {
    formula.VERIFIED_PART: _("Real name verified"),
    formula.AGE: _("Time since you joined"),
    formula.CLEAN: _("Time without a sanction"),
    formula.USEFUL: _("People who liked what you wrote"),
    CreditKind.ADJUSTMENT: _("Given or taken by staff"),
    CreditKind.COMMENT_REMOVED: _("Comments removed by moderators"),
    CreditKind.POST_REMOVED: _("Posts removed by moderators"),
    CreditKind.REPORT_UPHELD: _("Reports about you that were right"),
    CreditKind.SILENCE: _("Silenced in a circle"),
    CreditKind.CIRCLE_BAN: _("Banned from a circle"),
    CreditKind.BAN: _("Banned from writing"),
    formula.BOUNDS: _("Cut off at the end of the scale"),
}
BANDS: tuple[tuple[int, Text], ...] = (
    (800, _("Outstanding")),
    (700, _("Very good")),
    (600, _("Good")),
    (500, _("Getting started")),
    (0, _("Needs time")),
)


@dataclass(frozen=True)
class Part:
    """One summand of the number."""

    code: str
    label: Text
    points: int
    most: int | None = None
    """What it can give at most; None for what takes away or has no such limit."""
    detail: str = ""

    @property
    def percent(self) -> int:
        return min(100, self.points * 100 // self.most) if self.most else 0


@dataclass(frozen=True)
class Change:
    """One step of the history."""

    row: CreditChange
    reasons: tuple[tuple[Text, int], ...]
    """What each part of the formula gave or took, in words."""
    may_appeal: bool
    appeal: CreditAppeal | None

    @property
    def entry(self) -> CreditEntry | None:
        return self.row.entry


@dataclass(frozen=True)
class Burden:
    """Something that still takes points away."""

    entry: CreditEntry
    points: int
    gone_at: datetime | None


@dataclass(frozen=True)
class Report:
    total: int
    band: Text
    parts: tuple[Part, ...]
    burdens: tuple[Burden, ...]
    version: int = formula.VERSION
    start: int = formula.START
    floor: int = formula.FLOOR
    ceiling: int = formula.CEILING

    @property
    def percent(self) -> int:
        """How far along the scale, for the picture."""
        return (self.total - self.floor) * 100 // (self.ceiling - self.floor)


def report_of(person: User) -> Report:
    """The present state. The parts are those the number was made of. Queries: 4."""
    now = timezone.now()
    last = CreditChange.objects.filter(user=person).order_by("-at", "-id").first()
    points = dict(last.parts) if last else {}
    people = sum(min(formula.PEOPLE_A_WEEK, number) for number in conducts_of([person], now)[person.pk].liked.values())
    return Report(
        total=person.credit,
        band=next(band for least, band in BANDS if person.credit >= least),
        parts=tuple(_parts(points, people)),
        burdens=tuple(_burdens(person, now)),
    )


def changes_of(person: User, *, before: int | None = None) -> list[Change]:
    """The newest changes, or those before the change with that id. Queries: 2."""
    rows = CreditChange.objects.filter(user=person).select_related("entry__appeal").order_by("-at", "-id")
    if before is not None:
        at = CreditChange.objects.filter(user=person, pk=before).values_list("at", flat=True).first()
        rows = rows.filter(at__lte=at).exclude(at=at, pk__gte=before) if at else rows.none()
    return [_change(row) for row in rows[:CHANGES_SHOWN]]


def _parts(points: dict[str, int], people: int) -> Iterator[Part]:
    for code, most in formula.MOST.items():
        detail = ""
        if code == formula.USEFUL and people:
            detail = ngettext("%(count)s person so far", "%(count)s people so far", people) % {"count": people}
        yield Part(code, PART_LABELS[code], points.get(code, 0), most, detail)
    for code, label in PART_LABELS.items():
        if code not in formula.MOST and points.get(code):
            yield Part(code, label, points[code])


def _burdens(person: User, now: datetime) -> Iterator[Burden]:
    taking = CreditEntry.objects.filter(user=person, withdrawn_at=None, kind__in=[*formula.HARM, CreditKind.ADJUSTMENT])
    for entry in taking.select_related("appeal").order_by("-at", "-id")[:100]:
        if entry.kind == CreditKind.ADJUSTMENT:
            if entry.weight < 0:
                yield Burden(entry, entry.weight, None)
        elif left := formula.harm_points(formula.Mark(entry.kind, entry.weight, entry.at), now):
            yield Burden(entry, -left, entry.at + timedelta(days=formula.FORGOTTEN_DAYS))


def _change(row: CreditChange) -> Change:
    appeal = getattr(row.entry, "appeal", None) if row.entry else None
    reasons = tuple((PART_LABELS.get(code, code), points) for code, points in row.lines)
    may = row.entry is not None and not row.is_return and appeal is None and is_appealable(row.entry)
    return Change(row, reasons, may, appeal)
