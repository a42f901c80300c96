"""Circles and memberships over the API. Views load, call the actions that pages call, and serialize."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.rules import can_write
from circles import queries, rules
from circles.actions import circles, foundings, memberships
from circles.api.foundings import (
    EditingCircleSerializer,
    FoundingSerializer,
    WantedSerializer,
    wanted_circle,
    with_own_pictures,
)
from circles.api.gates import GatedCircleSerializer
from circles.api.serializers import (
    CircleSerializer,
    MembershipSerializer,
    PictureSerializer,
    UploadSerializer,
)
from circles.models import Category, Circle, Membership
from core.api.lists import ListView
from core.api.reading import checked_with
from core.media import pictures


class CirclesView(ListView):
    serializer_class = CircleSerializer

    @extend_schema(
        operation_id="circles_list",
        summary="Circles, the largest first",
        parameters=[
            OpenApiParameter("category", str, description="Address of a category."),
            OpenApiParameter("q", str, description="A number, or part of the name or introduction."),
        ],
        responses=CircleSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        category = None
        if slug := request.query_params.get("category"):
            category = Category.objects.filter(slug=slug).first()
            if category is None:
                raise Http404
        words = request.query_params.get("q", "")
        return self.answer(
            lambda cursor, size: queries.discover(request.user, category, words, cursor, size=size), CircleSerializer
        )

    @extend_schema(
        operation_id="circles_found",
        summary="Ask for a circle",
        description="202: the application waits for a decision. 201: this site asks nobody, and here is the circle.",
        request=WantedSerializer,
        responses={201: CircleSerializer, 202: FoundingSerializer},
    )
    def post(self, request: Request) -> Response:
        founding = foundings.apply(applicant=request.user, wanted=wanted_circle(request))
        if founding.circle is not None:
            return Response(_circle(request, founding.circle.slug), status=status.HTTP_201_CREATED)
        shown = FoundingSerializer(founding, context={"request": request})
        return Response(shown.data, status=status.HTTP_202_ACCEPTED)


class CircleView(APIView):
    @extend_schema(operation_id="circle", summary="One circle", responses=GatedCircleSerializer)
    def get(self, request: Request, slug: str) -> Response:
        [card] = queries.circle_cards([circle_or_404(request, slug)], request.user)
        return Response(GatedCircleSerializer(card, context={"request": request}).data)

    @extend_schema(
        operation_id="circle_change",
        summary="Change what a circle says of itself, who reads it and how people join",
        request=EditingCircleSerializer,
        responses=GatedCircleSerializer,
    )
    def patch(self, request: Request, slug: str) -> Response:
        circle = circle_or_404(request, slug)
        rules.can_edit_circle(request.user, queries.membership_of(request.user, circle.pk)).require()
        wanted = with_own_pictures(request, EditingCircleSerializer)
        circles.update(actor=request.user, circle=circle, **wanted)
        return self.get(request, slug)


class MembershipView(APIView):
    """The caller's membership of a circle."""

    @extend_schema(operation_id="membership", summary="Am I a member?", responses=MembershipSerializer)
    def get(self, request: Request, slug: str) -> Response:
        circle = known_circle_or_404(request, slug)
        return Response(_membership(queries.membership_of(request.user, circle.pk)))

    @extend_schema(
        operation_id="membership_join",
        summary="Join, or choose how much reaches you",
        request=MembershipSerializer,
        responses={200: MembershipSerializer, 201: MembershipSerializer},
    )
    def put(self, request: Request, slug: str) -> Response:
        circle = known_circle_or_404(request, slug)
        sent = checked_with(MembershipSerializer, request)
        before = queries.membership_of(request.user, circle.pk)
        membership = memberships.join(user=request.user, circle=circle)
        if "level" in sent:
            level = sent["level"]
            membership = memberships.set_level(user=request.user, circle=circle, level=level)
        elif "muted" in sent:
            muted = sent["muted"]
            membership = memberships.set_muted(user=request.user, circle=circle, muted=muted)
        is_new = before is None or not before.is_active
        return Response(_membership(membership), status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    @extend_schema(operation_id="membership_leave", summary="Leave", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        memberships.leave(user=request.user, circle=known_circle_or_404(request, slug))
        return Response(status=status.HTTP_204_NO_CONTENT)


class PicturesView(APIView):
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="pictures_upload",
        summary="Upload a picture, to be used within a day",
        request=UploadSerializer,
        responses={201: PictureSerializer},
    )
    def post(self, request: Request) -> Response:
        can_write(request.user).require()
        sent = checked_with(UploadSerializer, request)
        picture = pictures.take_in(owner_id=request.user.pk, upload=sent["photo"])
        shown = PictureSerializer(picture, context={"request": request})
        return Response(shown.data, status=status.HTTP_201_CREATED)


def known_circle_or_404(request: Request, slug: str) -> Circle:
    """Also one whose entrance the caller may come to without seeing what is inside."""
    circle = queries.with_pictures(Circle.objects.known_to(request.user)).filter(slug=slug).first()
    if circle is None:
        raise Http404
    return circle


def circle_or_404(request: Request, slug: str) -> Circle:
    circle = queries.visible_circle(slug, request.user)
    if circle is None:
        raise Http404
    return circle


def _circle(request: Request, slug: str) -> Any:
    [card] = queries.circle_cards([circle_or_404(request, slug)], request.user)
    return CircleSerializer(card, context={"request": request}).data


def _membership(membership: Membership | None) -> Any:
    if membership is not None:
        return MembershipSerializer(membership).data
    return {
        "is_member": False,
        "is_banned": False,
        "role": "",
        "level": "",
        "muted": False,
        "joined_at": None,
        "silenced_until": None,
    }
