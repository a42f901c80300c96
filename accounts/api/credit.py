"""One's own conduct credit over the API: what the page shows, and the same appeal."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actions import credit
from accounts.credit_report import Change, Part, Report, changes_of, report_of
from accounts.models import CreditAppealState, CreditChange, CreditKind


class CreditPartSerializer(serializers.Serializer[Part]):
    part = serializers.CharField(source="code", read_only=True)
    label = serializers.CharField(read_only=True)
    points = serializers.IntegerField(read_only=True)
    most = serializers.IntegerField(read_only=True, allow_null=True, help_text="What it can give at most.")


class CreditLineSerializer(serializers.Serializer[Any]):
    label = serializers.CharField(read_only=True)
    points = serializers.IntegerField(read_only=True)


class CreditAppealSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(
        allow_blank=True, trim_whitespace=False, help_text="What was wrong about it; up to 1,000 characters."
    )
    state = serializers.ChoiceField(choices=CreditAppealState.choices, read_only=True)
    answer = serializers.CharField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    decided_at = serializers.DateTimeField(read_only=True, allow_null=True)


class CreditChangeSerializer(serializers.Serializer[Change]):
    """One step; `lines` is what each part gave or took. `kind`, `circle` and `reason` where somebody decided it."""

    id = serializers.IntegerField(source="row.pk", read_only=True)
    at = serializers.DateTimeField(source="row.at", read_only=True)
    before = serializers.IntegerField(source="row.before", read_only=True)
    after = serializers.IntegerField(source="row.after", read_only=True)
    formula_version = serializers.IntegerField(source="row.version", read_only=True)
    kind = serializers.ChoiceField(
        choices=CreditKind.choices, source="entry.kind", read_only=True, allow_null=True, default=None
    )
    circle = serializers.CharField(source="entry.place", read_only=True, default="")
    reason = serializers.CharField(source="entry.note", read_only=True, default="")
    taken_back = serializers.BooleanField(source="row.is_return", read_only=True)
    lines = serializers.SerializerMethodField()
    may_appeal = serializers.BooleanField(read_only=True)
    appeal = CreditAppealSerializer(read_only=True, allow_null=True)

    def get_lines(self, change: Change) -> list[dict[str, Any]]:
        return [{"label": str(label), "points": points} for label, points in change.reasons]


class CreditSerializer(serializers.Serializer[Report]):
    credit = serializers.IntegerField(source="total", read_only=True)
    floor = serializers.IntegerField(read_only=True)
    ceiling = serializers.IntegerField(read_only=True)
    start = serializers.IntegerField(read_only=True, help_text="What everybody begins with; the parts are added to it.")
    formula_version = serializers.IntegerField(source="version", read_only=True)
    parts = CreditPartSerializer(many=True, read_only=True)
    changes = CreditChangeSerializer(many=True, read_only=True)


class CreditView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="me_credit", summary="My conduct credit, and why", responses=CreditSerializer)
    def get(self, request: Request) -> Response:
        """The number, what it is made of, and its last changes. It is never shown to anybody else."""
        report = CreditSerializer(report_of(request.user)).data
        changes = CreditChangeSerializer(changes_of(request.user), many=True).data
        return Response({**report, "changes": changes})


class CreditAppealView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="me_credit_appeal",
        summary="Object to a change of my credit",
        request=CreditAppealSerializer,
        responses={201: CreditAppealSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Once for each decision: sent again, the first one stands."""
        change = CreditChange.objects.filter(user=request.user, pk=pk).first() if pk < 2**63 else None
        if change is None:
            raise Http404
        form = CreditAppealSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        made = credit.appeal(user=request.user, change=change, text=form.validated_data["text"])
        return Response(CreditAppealSerializer(made).data, status=status.HTTP_201_CREATED)
