"""Asking for a circle over the API, and what became of it; the actions are those of the pages."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from circles.actions import foundings, photos
from circles.api.bases import AddressField, TextField
from circles.models import Category, Entry, Founding, FoundingState, Visibility
from core.api.lists import ListView
from core.api.reading import checked_with
from core.errors import DomainError
from core.numbers import ID_MAX
from core.pagination import keyset_page


class WantedSerializer(serializers.Serializer[Any]):
    """A circle somebody would like to found."""

    name = TextField()
    purpose = TextField(default="", allow_blank=True, help_text="For those who decide; required where somebody does.")
    category = serializers.SlugRelatedField(slug_field="slug", queryset=Category.objects.all())
    slug = TextField(default="", allow_blank=True, help_text="Its address; c<number> without one.")
    intro = TextField(default="", allow_blank=True)
    rules = TextField(default="", allow_blank=True)
    visibility = serializers.ChoiceField(choices=Visibility.choices, default=Visibility.PUBLIC)
    entry = serializers.ChoiceField(choices=Entry.choices, default=Entry.OPEN)
    avatar = serializers.UUIDField(default=None, allow_null=True, help_text="Key of an uploaded picture.")
    cover = serializers.UUIDField(default=None, allow_null=True, help_text="Key of an uploaded picture.")


class EditingCircleSerializer(serializers.Serializer[Any]):
    """What shall change; what is left out stays. Who reads, how people join, cap and pseudonyms are the owner's."""

    name = TextField(required=False)
    intro = TextField(required=False, allow_blank=True)
    rules = TextField(required=False, allow_blank=True)
    category = serializers.SlugRelatedField(slug_field="slug", queryset=Category.objects.all(), required=False)
    avatar = serializers.UUIDField(required=False, help_text="Key of an uploaded picture.")
    cover = serializers.UUIDField(required=False, help_text="Key of an uploaded picture.")
    visibility = serializers.ChoiceField(choices=Visibility.choices, required=False)
    entry = serializers.ChoiceField(choices=Entry.choices, required=False)
    questions = serializers.ListField(
        child=TextField(allow_blank=True), required=False, max_length=50, help_text="What whoever applies is asked."
    )
    member_cap = serializers.IntegerField(
        required=False, min_value=0, max_value=2**31 - 1, help_text="0 takes the cap away."
    )
    masks_authors = serializers.BooleanField(required=False)


class FoundingSerializer(serializers.Serializer[Founding]):
    """An application to found a circle, and what was decided."""

    id = serializers.IntegerField(source="pk", read_only=True)
    state = serializers.ChoiceField(choices=FoundingState.choices, read_only=True)
    name = serializers.CharField(read_only=True)
    purpose = serializers.CharField(read_only=True)
    category = serializers.CharField(source="category.slug", read_only=True)
    slug = serializers.CharField(read_only=True)
    intro = serializers.CharField(read_only=True)
    rules = serializers.CharField(read_only=True)
    visibility = serializers.CharField(read_only=True)
    entry = serializers.CharField(read_only=True)
    avatar_url = AddressField(source="avatar.thumb_url", allow_null=True, default=None)
    cover_url = AddressField(source="cover.large_url", allow_null=True, default=None)
    reason = serializers.CharField(read_only=True, help_text="Of the decision.")
    circle = serializers.CharField(
        source="circle.slug", default=None, read_only=True, allow_null=True, help_text="Address of what was founded."
    )
    created_at = serializers.DateTimeField(read_only=True)
    decided_at = serializers.DateTimeField(read_only=True, allow_null=True)


class FoundingsView(ListView):
    serializer_class = FoundingSerializer
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="foundings_list",
        summary="Circles I asked for, the newest first",
        responses=FoundingSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        return self.answer(
            lambda cursor, size: keyset_page(_mine(request), keys=("-id",), cursor=cursor, size=size),
            FoundingSerializer,
        )


class FoundingView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="founding", summary="One application of mine", responses=FoundingSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return _answer(request, pk)

    @extend_schema(
        operation_id="founding_change",
        summary="Say it anew while it waits; pictures left out stay",
        request=WantedSerializer,
        responses=FoundingSerializer,
    )
    def put(self, request: Request, pk: int) -> Response:
        founding = _founding_or_404(request, pk)
        foundings.change(applicant=request.user, founding=founding, wanted=wanted_circle(request))
        return _answer(request, pk)

    @extend_schema(operation_id="founding_withdraw", summary="Take it back", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        founding = _founding_or_404(request, pk)
        if not foundings.withdraw(founding=founding) and founding.state != FoundingState.WITHDRAWN:
            raise DomainError("already_decided", _("This application has been decided meanwhile."))
        return Response(status=status.HTTP_204_NO_CONTENT)


def wanted_circle(request: Request) -> foundings.Wanted:
    """What the call asks for. Raises what a wrong form does, and `NotFound` for a picture of somebody else."""
    return foundings.Wanted(**with_own_pictures(request, WantedSerializer))


def with_own_pictures(request: Request, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """What was sent, keys of pictures replaced by the caller's pictures."""
    wanted = dict(checked_with(serializer, request))
    for name in ("avatar", "cover"):
        if wanted.get(name) is not None:
            [wanted[name]] = photos.owned(author=request.user, keys=[wanted[name]])
    return wanted


def _mine(request: Request) -> Any:
    return Founding.objects.visible_to(request.user).select_related("circle", "category", "avatar", "cover")


def _founding_or_404(request: Request, pk: int) -> Founding:
    founding = _mine(request).filter(pk=pk).first() if pk <= ID_MAX else None
    if founding is None:
        raise Http404
    return founding


def _answer(request: Request, pk: int) -> Response:
    return Response(FoundingSerializer(_founding_or_404(request, pk), context={"request": request}).data)
