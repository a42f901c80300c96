from django.http import Http404, HttpRequest

from merchants.models import Merchant
from merchants.queries import with_pictures


def merchant_or_404(request: HttpRequest, slug: str) -> Merchant:
    """The merchant, if this viewer may see it; unknown, waiting and closed ones answer alike."""
    merchant = with_pictures(Merchant.objects.visible_to(request.user)).filter(slug=slug).first()
    if merchant is None:
        raise Http404
    return merchant
