"""Shared goals over the API: the same actions as on the pages."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from circles.api.keeping import RemovingSerializer
from core.api.reading import checked_with
from daily import goal_queries, rules
from daily.actions import goals
from daily.actions.goals import GoalWanted
from daily.api.serializers import GoalPageSerializer, GoalSayingSerializer, GoalSerializer
from daily.api.views import visible_circle
from daily.models import Goal


class GoalsView(APIView):
    @extend_schema(
        operation_id="circle_goals", summary="Goals of a circle, the newest first", responses=GoalSerializer(many=True)
    )
    def get(self, request: Request, slug: str) -> Response:
        circle = visible_circle(request, slug)
        shown = goal_queries.newest(circle) if rules.is_kept(circle) else []
        return Response(GoalSerializer(shown, many=True).data)

    @extend_schema(
        operation_id="circle_goal_begin",
        summary="Begin a goal; one at a time",
        request=GoalSayingSerializer,
        responses={201: GoalSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        circle = visible_circle(request, slug)
        goals.require_may_run(request.user, circle)
        form = GoalSayingSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        made = goals.begin(actor=request.user, circle=circle, wanted=GoalWanted(**form.values()))
        return Response(GoalSerializer(made).data, status=status.HTTP_201_CREATED)


class GoalView(APIView):
    @extend_schema(operation_id="circle_goal", summary="A goal, and who gave most", responses=GoalPageSerializer)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        return self._answer(request, _goal(request, slug, pk))

    @extend_schema(
        operation_id="circle_goal_change",
        summary="Say a goal under way otherwise",
        request=GoalSayingSerializer,
        responses=GoalPageSerializer,
    )
    def patch(self, request: Request, slug: str, pk: int) -> Response:
        goal = _goal(request, slug, pk)
        goals.require_may_run(request.user, goal.circle)
        form = GoalSayingSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return self._answer(
            request, goals.change(actor=request.user, goal=goal, wanted=GoalWanted(**form.values(goal)))
        )

    @extend_schema(
        operation_id="circle_goal_end",
        summary="Call a goal off; whoever else began it is told",
        request=RemovingSerializer,
        responses={204: None},
    )
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        goal = _goal(request, slug, pk)
        sent = checked_with(RemovingSerializer, request)
        goals.call_off(actor=request.user, goal=goal, reason=sent["reason"])
        return Response(status=status.HTTP_204_NO_CONTENT)

    @staticmethod
    def _answer(request: Request, goal: Goal) -> Response:
        more = {"mine": goal_queries.share_of(request.user, goal), "givers": goal_queries.givers(goal, request.user)}
        for name, value in more.items():
            setattr(goal, name, value)
        return Response(GoalPageSerializer(goal).data)


class GoalRunningView(APIView):
    @extend_schema(
        operation_id="circle_goal_resume",
        summary="Take back that a goal was called off, within a week",
        request=None,
        responses=GoalSerializer,
    )
    def put(self, request: Request, slug: str, pk: int) -> Response:
        return Response(GoalSerializer(goals.resume(actor=request.user, goal=_goal(request, slug, pk))).data)


def _goal(request: Request, slug: str, pk: int) -> Goal:
    circle = visible_circle(request, slug)
    rows = Goal.objects.visible_to(request.user).filter(circle=circle).select_related("cause", "circle")
    found = rows.filter(pk=pk).first() if rules.is_kept(circle) else None
    if found is None:
        raise Http404
    return found
