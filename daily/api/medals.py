"""Medals over the API: the same actions as on the pages."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from core.api.reading import checked_with
from daily import cabinet, on_this_day
from daily.actions import medals
from daily.api.serializers import (
    AwardSerializer,
    GivingSerializer,
    HolderSerializer,
    MedalDefiningSerializer,
    MedalSerializer,
    MedalShownSerializer,
    MemorySerializer,
    MyMedalsSerializer,
    TakingSerializer,
)
from daily.api.views import visible_circle
from daily.models import Award, Medal


class MyMedalsView(APIView):
    @extend_schema(
        operation_id="my_medals", summary="My medals, and how to get the others", responses=MyMedalsSerializer
    )
    def get(self, request: Request) -> Response:
        _require_known(request)
        return Response(MyMedalsSerializer(cabinet.mine(request.user)).data)


class MyMedalView(APIView):
    @extend_schema(
        operation_id="my_medal_show",
        summary="Have one on my profile, or not",
        request=MedalShownSerializer,
        responses=AwardSerializer,
    )
    def patch(self, request: Request, pk: int) -> Response:
        _require_known(request)
        award = Award.objects.standing().filter(pk=pk, user=request.user).select_related("medal__circle").first()
        if award is None:
            raise Http404
        sent = checked_with(MedalShownSerializer, request)
        medals.set_shown(user=request.user, award=award, shown=sent["shown"])
        award.refresh_from_db(fields=["is_shown"])
        return Response(AwardSerializer(award).data)


class PersonMedalsView(APIView):
    @extend_schema(operation_id="person_medals", summary="Medals somebody shows", responses=AwardSerializer(many=True))
    def get(self, request: Request, username: str) -> Response:
        person = User.objects.active().filter(username=username).first()
        if person is None:
            raise Http404
        return Response(AwardSerializer(cabinet.shown(request.user, person), many=True).data)


class CircleMedalsView(APIView):
    @extend_schema(operation_id="circle_medals", summary="Medals of a circle", responses=MedalSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        circle = visible_circle(request, slug)
        rows = Medal.objects.visible_to(request.user).filter(circle=circle).select_related("circle")
        return Response(MedalSerializer(rows.order_by("-is_active", "rule", "threshold", "id"), many=True).data)

    @extend_schema(
        operation_id="circle_medal_define",
        summary="Make a medal of the circle",
        request=MedalDefiningSerializer,
        responses={201: MedalSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        circle = visible_circle(request, slug)
        medals.require_may_run(request.user, circle)
        sent = checked_with(MedalDefiningSerializer, request)
        made = medals.define(actor=request.user, circle=circle, **sent)
        return Response(MedalSerializer(made).data, status=status.HTTP_201_CREATED)


class CircleMedalView(APIView):
    @extend_schema(operation_id="circle_medal", summary="A medal of a circle", responses=MedalSerializer)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        return Response(MedalSerializer(_medal(request, slug, pk)).data)

    @extend_schema(
        operation_id="circle_medal_change",
        summary="Change a medal; what was given stays given",
        request=MedalDefiningSerializer,
        responses=MedalSerializer,
    )
    def put(self, request: Request, slug: str, pk: int) -> Response:
        medal = _medal(request, slug, pk)
        circle = medals.require_may_run_for(request.user, medal)
        sent = checked_with(MedalDefiningSerializer, request)
        changed = medals.define(actor=request.user, circle=circle, medal=medal, **sent)
        return Response(MedalSerializer(changed).data)


class HoldersView(APIView):
    @extend_schema(
        operation_id="circle_medal_holders", summary="Who holds a medal", responses=HolderSerializer(many=True)
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        return Response(HolderSerializer(cabinet.holders(_medal(request, slug, pk), request.user), many=True).data)

    @extend_schema(
        operation_id="circle_medal_give",
        summary="Give a medal to a member by hand",
        request=GivingSerializer,
        responses={201: AwardSerializer},
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        medal = _medal(request, slug, pk)
        medals.require_may_run_for(request.user, medal)
        sent = checked_with(GivingSerializer, request)
        award = medals.give_named(actor=request.user, medal=medal, **sent)
        return Response(AwardSerializer(award).data, status=status.HTTP_201_CREATED)


class HolderView(APIView):
    @extend_schema(
        operation_id="circle_medal_take",
        summary="Take a medal back; the holder reads why",
        request=TakingSerializer,
        responses={204: None},
    )
    def delete(self, request: Request, slug: str, pk: int, award: int) -> Response:
        medal = _medal(request, slug, pk)
        medals.require_may_run_for(request.user, medal)
        found = Award.objects.filter(pk=award, medal=medal).select_related("medal__circle").first()
        if found is None:
            raise Http404
        sent = checked_with(TakingSerializer, request)
        medals.revoke(actor=request.user, award=found, reason=sent["reason"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class OnThisDayView(APIView):
    @extend_schema(
        operation_id="on_this_day",
        summary="My posts and the best of my circles, on this day of earlier years",
        responses=MemorySerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        _require_known(request)
        return Response(MemorySerializer(on_this_day.memories(request.user), many=True).data)


def _medal(request: Request, slug: str, pk: int) -> Medal:
    circle = visible_circle(request, slug)
    rows = Medal.objects.visible_to(request.user).filter(circle=circle).select_related("circle")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _require_known(request: Any) -> None:
    if not request.user.is_authenticated:
        raise NotAuthenticated
