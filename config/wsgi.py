import os
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

_django: Any = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Any:
    """Django's, but whole answers are a list: granian sends that in one piece, where it would ask anything else for one
    chunk after the other, which took a fifteenth of home's time."""
    response = _django(environ, start_response)
    if getattr(response, "streaming", True):  # a file may come wrapped by the server
        return response
    body = [response.content]
    response.close()
    return body
