"""Who owns a circle next, over the API: an offer and its answer, named successors, the vote when an owner is gone."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from circles import owning, queries, rules
from circles.actions import handing_over, succession
from circles.api.bases import BylineSerializer, TextField
from circles.api.views import circle_or_404
from circles.models import Circle, Membership, Offer, Succession, SuccessionState
from core.api.reading import checked_with
from core.errors import DomainError, Invalid, Refused
from core.numbers import ID_MAX


class OfferSerializer(serializers.Serializer[Any]):
    """A circle offered to one of its members; it is theirs once they say yes."""

    by = BylineSerializer(read_only=True, allow_null=True, help_text="null: the site, since the owner is gone.")
    to = BylineSerializer(read_only=True)
    is_mine = serializers.BooleanField(read_only=True, help_text="Offered to the caller.")
    created_at = serializers.DateTimeField(source="offer.created_at", read_only=True)
    lapses_at = serializers.DateTimeField(source="offer.lapses_at", read_only=True)


class OfferingSerializer(serializers.Serializer[Any]):
    member = serializers.IntegerField(min_value=1, max_value=ID_MAX, help_text="Id of a membership.")


class OfferAnswerSerializer(serializers.Serializer[Any]):
    accept = serializers.BooleanField()


class SuccessorSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk", read_only=True, help_text="Of the membership.")
    person = BylineSerializer(source="byline", read_only=True)


class NamingSerializer(serializers.Serializer[Any]):
    members = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=ID_MAX),
        max_length=50,
        help_text="Ids of memberships, in the order in which they are asked.",
    )


class CandidateSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="candidacy.pk", read_only=True)
    person = BylineSerializer(source="by", read_only=True)
    statement = serializers.CharField(source="candidacy.statement", read_only=True)
    votes = serializers.IntegerField(
        source="candidacy.votes", read_only=True, allow_null=True, help_text="Once they are counted."
    )


class SuccessionSerializer(serializers.Serializer[Any]):
    """How far it is with a circle whose owner is gone."""

    state = serializers.ChoiceField(source="succession.state", choices=SuccessionState.choices, read_only=True)
    began_at = serializers.DateTimeField(source="succession.began_at", read_only=True)
    turns_at = serializers.DateTimeField(source="succession.turns_at", read_only=True, allow_null=True)
    candidates = CandidateSerializer(many=True, read_only=True)
    my_vote = serializers.IntegerField(
        source="cast_for", read_only=True, allow_null=True, help_text="Id of a candidate; nobody else reads it."
    )
    why_no_vote = serializers.CharField(read_only=True, help_text="A code; empty where the caller may vote.")
    why_no_stand = serializers.CharField(read_only=True, help_text="A code; empty where the caller may stand.")


class StandingSerializer(serializers.Serializer[Any]):
    statement = TextField(default="", allow_blank=True)


class BallotSerializer(serializers.Serializer[Any]):
    candidate = serializers.IntegerField(min_value=1, max_value=ID_MAX)


class OfferView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="offer", summary="The offer that waits, for whom made it or got it", responses=OfferSerializer
    )
    def get(self, request: Request, slug: str) -> Response:
        return _offer(request, circle_or_404(request, slug))

    @extend_schema(
        operation_id="offer_make",
        summary="Offer the circle to a member; an offer to somebody else is taken back by it",
        request=OfferingSerializer,
        responses=OfferSerializer,
    )
    def put(self, request: Request, slug: str) -> Response:
        circle = _own_circle(request, slug)
        [heir] = _members(circle, [checked_with(OfferingSerializer, request)["member"]], field="member")
        handing_over.offer(owner=request.user, circle=circle, to=heir.user)
        return _offer(request, circle)

    @extend_schema(operation_id="offer_withdraw", summary="Take the offer back", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        handing_over.withdraw(owner=request.user, circle=_own_circle(request, slug))
        return Response(status=status.HTTP_204_NO_CONTENT)


class OfferAnswerView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="offer_answer",
        summary="Take the circle one is offered, or say no",
        request=OfferAnswerSerializer,
        responses={204: None},
    )
    def post(self, request: Request, slug: str) -> Response:
        found = owning.offer_to(circle_or_404(request, slug), request.user)
        if found is None:
            raise Http404
        if checked_with(OfferAnswerSerializer, request)["accept"]:
            done = handing_over.accept(user=request.user, offer=found)
        else:
            done = handing_over.decline(user=request.user, offer=found)
        if not done:
            raise DomainError("offer_over", _("This offer does not stand any more."))
        return Response(status=status.HTTP_204_NO_CONTENT)


class SuccessorsView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="successors",
        summary="Who is asked in turn should the owner be gone, for the owner",
        responses=SuccessorSerializer(many=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        return self._answer(request, _own_circle(request, slug))

    @extend_schema(
        operation_id="successors_name",
        summary="Name them; an empty list: nobody",
        request=NamingSerializer,
        responses=SuccessorSerializer(many=True),
    )
    def put(self, request: Request, slug: str) -> Response:
        circle = _own_circle(request, slug)
        wanted = _members(circle, checked_with(NamingSerializer, request)["members"], field="members")
        handing_over.name_successors(owner=request.user, circle=circle, people=[row.user for row in wanted])
        return self._answer(request, circle)

    def _answer(self, request: Request, circle: Circle) -> Response:
        rows = owning.successors(circle)
        return Response(SuccessorSerializer(rows, many=True, context={"request": request}).data)


class SuccessionView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="succession",
        summary="How far the choice of a new owner is, for members",
        responses=SuccessionSerializer,
    )
    def get(self, request: Request, slug: str) -> Response:
        return _told(request, *_running(request, slug))


class CandidacyView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="succession_stand",
        summary="Stand for owner, or say it anew",
        request=StandingSerializer,
        responses=SuccessionSerializer,
    )
    def put(self, request: Request, slug: str) -> Response:
        circle, found = _running(request, slug)
        wanted = checked_with(StandingSerializer, request)
        succession.stand(user=request.user, succession=found, statement=wanted["statement"])
        return _told(request, circle, found)

    @extend_schema(operation_id="succession_step_back", summary="Stand no more", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        _circle, found = _running(request, slug)
        succession.step_back(user=request.user, succession=found)
        return Response(status=status.HTTP_204_NO_CONTENT)


class BallotView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="succession_vote",
        summary="Vote for the next owner, or change one's vote",
        request=BallotSerializer,
        responses=SuccessionSerializer,
    )
    def put(self, request: Request, slug: str) -> Response:
        circle, found = _running(request, slug)
        wanted = checked_with(BallotSerializer, request)["candidate"]
        candidacy = found.candidacies.select_related("succession").filter(pk=wanted).first()
        if candidacy is None:
            raise Refused("no_candidate", _("Choose one of those who stand."))
        succession.vote(user=request.user, candidacy=candidacy)
        return _told(request, circle, found)


def _own_circle(request: Request, slug: str) -> Circle:
    circle = circle_or_404(request, slug)
    rules.can_manage(request.user, queries.membership_of(request.user, circle.pk)).require()
    return circle


def _members(circle: Circle, wanted: list[int], *, field: str) -> list[Membership]:
    """These members, in this order. Raises `Invalid` where one is none."""
    found = {row.pk: row for row in circle.memberships.active().filter(pk__in=wanted).select_related("user")}
    if not found.keys() >= set(wanted):
        raise Invalid("no_member", _("Choose another member of the circle."), field=field)
    return [found[pk] for pk in wanted]


def _offer(request: Request, circle: Circle) -> Response:
    found: Offer | None = owning.offer_to(circle, request.user)
    if found is None and rules.can_manage(request.user, queries.membership_of(request.user, circle.pk)):
        found = owning.standing_offer(circle)
    if found is None:
        raise Http404
    names = owning.offer_names(found)
    told = {"offer": found, "is_mine": found.to_id == request.user.pk, **names}
    return Response(OfferSerializer(told, context={"request": request}).data)


def _running(request: Request, slug: str) -> tuple[Circle, Succession]:
    circle = circle_or_404(request, slug)
    membership = queries.membership_of(request.user, circle.pk)
    found = owning.succession_of(circle) if membership is not None and membership.is_active else None
    if found is None:
        raise Http404
    return circle, found


def _told(request: Request, circle: Circle, found: Succession) -> Response:
    fresh = owning.succession_of(circle) or found
    told = owning.election(fresh, request.user, queries.membership_of(request.user, circle.pk))
    return Response(SuccessionSerializer(told, context={"request": request}).data)
