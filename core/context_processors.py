from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """`site_name`, and `is_demo` where the demo community's log-ins may be shown."""
    return {"site_name": settings.SITE_NAME, "is_demo": settings.DEMO}
