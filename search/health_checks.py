"""Does the index follow?"""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from circles.models import Post, Publication
from core.observability.checks import Finding, register, warning, well
from search.models import PostEntry

LATE = timedelta(minutes=5)
LOOKED_AT = 500


@register("search", gettext_lazy("Search index"), needs=("postgres", "migrations"))
def search_index() -> Finding:
    """Asked of the newest posts. Nobody finds too much by a late index; what it lacks is not found yet."""
    published = Post.objects.filter(state=Publication.PUBLISHED, published_at__lt=timezone.now() - LATE)
    newest = published.newest_first().values("pk")[:LOOKED_AT]
    missing = Post.objects.filter(~Exists(PostEntry.objects.filter(post=OuterRef("pk"))), pk__in=newest).count()
    if missing:
        said = _("%(count)s of the newest %(of)s posts cannot be found yet.") % {"count": missing, "of": LOOKED_AT}
        mend = _("See that a worker serves the queue “bulk”. If it does, run manage.py reindex_search.")
        return warning(said, mend)
    return well(_("What was published can be found."))
