"""Gates over the API: the rules of a circle in words and for programs, and what they mean for the caller."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from circles import queries, rules
from circles.actions import gates
from circles.api.serializers import CircleSerializer
from circles.gates import words
from circles.gates.decide import may_pass
from circles.gates.language import clauses_of, condition_to_json, parse
from circles.gates.preview import preview, tally_to_json
from circles.models import Circle, Entry, Gate, GateAction, GateState, Membership, Post, Publication, Visibility
from circles.queries import CircleCard
from core.api.reading import checked_with
from core.errors import Decision

RULE = {"type": "object", "example": {"version": 1, "any": [{"fact": "student"}, {"credit": 750}]}}


@extend_schema_field({**RULE, "nullable": True})
class RuleField(serializers.JSONField):
    """A rule of docs/gates.md; null takes the gate away."""


class MissingSerializer(serializers.Serializer[Any]):
    """Something the caller would need. Those of one `way` are needed together; one way is enough."""

    way = serializers.IntegerField(read_only=True, help_text="1 is the shortest.")
    condition = serializers.JSONField(read_only=True)
    code = serializers.CharField(read_only=True)
    message = serializers.CharField(read_only=True)
    how = serializers.CharField(read_only=True)
    url = serializers.CharField(read_only=True, help_text="A page of this site that helps, or empty.")


class MaySerializer(serializers.Serializer[Any]):
    """May the caller do it, and if not why."""

    ok = serializers.BooleanField(read_only=True)
    code = serializers.CharField(read_only=True)
    message = serializers.CharField(read_only=True)
    missing = MissingSerializer(many=True, read_only=True)


class GateSerializer(serializers.Serializer[Any]):
    """A gate in force, or one that waits for approval."""

    action = serializers.ChoiceField(choices=GateAction.choices, read_only=True)
    sentence = serializers.CharField(read_only=True)
    rule = RuleField(read_only=True)
    is_sensitive = serializers.BooleanField(read_only=True)
    since = serializers.DateTimeField(read_only=True, allow_null=True)


class GatesSerializer(serializers.Serializer[Any]):
    """All gates of a circle."""

    gates = GateSerializer(many=True, read_only=True)
    waiting = GateSerializer(many=True, read_only=True, help_text="For the owner: sensitive rules not approved yet.")
    is_listed = serializers.BooleanField(read_only=True)
    may = serializers.DictField(child=MaySerializer(), read_only=True)


class SettingSerializer(serializers.Serializer[Any]):
    """The gates as they shall be. An action that is not named loses its gate."""

    gates = serializers.DictField(child=RuleField(allow_null=True), help_text="Action → rule.")
    is_listed = serializers.BooleanField(required=False, help_text="With a view gate: can the entrance be found?")


class TryingSerializer(serializers.Serializer[Any]):
    action = serializers.ChoiceField(choices=GateAction.choices)
    rule = RuleField()


class GatedCircleSerializer(CircleSerializer):
    """A circle with its gates, and what the caller may do there."""

    visibility = serializers.ChoiceField(source="circle.visibility", choices=Visibility.choices, read_only=True)
    entry = serializers.ChoiceField(source="circle.entry", choices=Entry.choices, read_only=True)
    questions = serializers.ListField(source="circle.questions", child=serializers.CharField(), read_only=True)
    member_cap = serializers.IntegerField(source="circle.member_cap", read_only=True, allow_null=True)
    masks_authors = serializers.BooleanField(
        source="circle.masks_authors", read_only=True, help_text="New threads show pseudonyms."
    )
    gates = serializers.SerializerMethodField()
    may = serializers.SerializerMethodField()

    @extend_schema_field(GateSerializer(many=True))
    def get_gates(self, card: CircleCard) -> Any:
        return [
            {
                "action": gate["action"],
                "sentence": gate["text"],
                "rule": {"version": 1, "any": [{"all": way} for way in card.circle.gates[gate["action"]]["clauses"]]},
                "is_sensitive": gate["is_sensitive"],
                "since": serializers.DateTimeField().to_representation(gate["since"]),
            }
            for gate in words.shown_gates(card.circle)
        ]

    @extend_schema_field(serializers.DictField(child=MaySerializer()))
    def get_may(self, card: CircleCard) -> Any:
        return _may(self.context["request"], card.circle, card.membership)


class GatesView(APIView):
    @extend_schema(operation_id="gates", summary="Gates of a circle", responses=GatesSerializer)
    def get(self, request: Request, slug: str) -> Response:
        return Response(_answer(request, _known(request, slug)))

    @extend_schema(
        operation_id="gates_set",
        summary="Set the gates of a circle; sensitive rules wait for approval",
        request=SettingSerializer,
        responses=GatesSerializer,
    )
    def put(self, request: Request, slug: str) -> Response:
        circle = _known(request, slug)
        rules.can_manage(request.user, queries.membership_of(request.user, circle.pk)).require()
        sent = checked_with(SettingSerializer, request)
        wanted: dict[str, Any] = dict.fromkeys(GateAction.values)
        for action, rule in sent["gates"].items():
            wanted[action] = None if rule is None else parse(rule)
        is_listed = sent.get("is_listed")
        gates.set_gates(actor=request.user, circle=circle, wanted=wanted, is_listed=is_listed)
        return Response(_answer(request, _known(request, slug)))


class PreviewView(APIView):
    @extend_schema(
        operation_id="gates_preview",
        summary="What a rule says and whom it would let in, for the owner; nothing is set",
        request=TryingSerializer,
        responses={200: {"type": "object"}},
    )
    def post(self, request: Request, slug: str) -> Response:
        circle = _known(request, slug)
        rules.can_manage(request.user, queries.membership_of(request.user, circle.pk)).require()
        sent = checked_with(TryingSerializer, request)
        action, rule = sent["action"], parse(sent["rule"])
        labels = gates.check(circle, action, rule)
        clauses = clauses_of(rule)
        found = preview(circle, action, clauses)
        return Response(
            {
                "sentence": words.sentence(action, clauses, labels),
                "members": tally_to_json(found.members, condition_to_json),
                "everybody": tally_to_json(found.everybody, condition_to_json),
            }
        )


def _known(request: Request, slug: str) -> Circle:
    circle = Circle.objects.known_to(request.user).filter(slug=slug).first()
    if circle is None:
        raise Http404
    return circle


def _answer(request: Request, circle: Circle) -> Any:
    membership = queries.membership_of(request.user, circle.pk)
    standing = sorted(queries.standing_gates(circle), key=lambda gate: GateAction.values.index(gate.action))
    may_manage = bool(rules.can_manage(request.user, membership))
    answer = {
        "gates": [_shown(gate) for gate in standing if gate.state == GateState.IN_FORCE],
        "waiting": [_shown(gate) for gate in standing if gate.state == GateState.WAITING and may_manage],
        "is_listed": circle.is_listed,
        "may": _may(request, circle, membership),
    }
    return GatesSerializer(answer).data


def _shown(gate: Gate) -> dict[str, Any]:
    clauses = clauses_of(parse(gate.rule))
    return {
        "action": gate.action,
        "sentence": words.sentence(gate.action, clauses, gate.labels),
        "rule": gate.rule,
        "is_sensitive": gate.is_sensitive,
        "since": gate.began_at,
    }


def _may(request: Request, circle: Circle, membership: Membership | None) -> dict[str, Any]:
    """Action → what the rules would say of a post of somebody else. No queries."""
    user = request.user
    post = Post(circle=circle, state=Publication.PUBLISHED)
    decisions = {
        GateAction.VIEW: may_pass(user, circle, membership, GateAction.VIEW),
        GateAction.ENTER: rules.can_join(user, circle, membership),
        GateAction.POST: rules.can_post(user, circle, membership),
        GateAction.COMMENT: rules.can_comment(user, post, membership),
        GateAction.LIKE: rules.can_like(user, post, membership),
    }
    return {str(action): _told(decision) for action, decision in decisions.items()}


def _told(decision: Decision) -> dict[str, Any]:
    missing = list(decision.details.get("missing", ()))
    return {"ok": decision.ok, "code": decision.code, "message": str(decision.message), "missing": missing}
