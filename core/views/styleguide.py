"""The style guide: every component in its states. Wired in development only."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.http import require_POST

from core.views.styleguide_samples import samples

ARTS = ["posts", "inbox", "circles", "search", "people", "lost"]
SWATCHES = ["bg", "surface", "sunken", "primary", "soft", "like", "warning", "success", "danger", "inverse"]


class SampleForm(forms.Form):
    nickname = forms.CharField(label="昵称 Nickname", max_length=20, help_text="2–20 个字，别人看到的名字。")
    email = forms.EmailField(label="邮箱 E-mail", required=False)
    bio = forms.CharField(
        label="简介 About me", max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    category = forms.ChoiceField(label="分类 Category", choices=[("1", "摄影"), ("2", "咖啡")])
    agree = forms.BooleanField(label="我已阅读并同意圈子公约")


def styleguide(request: HttpRequest) -> HttpResponse:
    """Show all components; nothing is read from the database."""
    bad = SampleForm({"nickname": "", "email": "not an address", "bio": "慢慢走。", "category": "1"})
    bad.add_error(None, "请检查下面标红的内容。")
    context = {**samples(), "form": SampleForm(), "bad_form": bad, "arts": ARTS, "swatches": SWATCHES}
    return render(request, "styleguide.html", context)


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Answer as a real upload would, with a sample tile; a file named *fail* is refused."""
    photo = request.FILES.get("photo")
    if photo is None or "fail" in (photo.name or ""):
        return HttpResponse("这张照片没有传上去。", status=422, content_type="text/plain; charset=utf-8")
    return render(
        request, "components/_photo_tile.html", {"photo": {"id": 9, "thumb_url": static("img/samples/3.svg")}}
    )


@require_POST
def like(request: HttpRequest) -> HttpResponse:
    """Answer with the button turned over; ?fail=1 refuses."""
    if "fail" in request.GET:
        return HttpResponse(status=503)
    liked = request.POST.get("liked") == "1"
    context = {"post_id": "demo", "like_url": request.path, "liked": liked, "like_count": 13 if liked else 12}
    return render(request, "components/_like_button.html", context)


def more(request: HttpRequest) -> HttpResponse:
    """The next page of the sample feed: one more card, then the end."""
    context = {"posts": samples()["posts"]}
    return render(request, "partials/_styleguide_more.html", context)
