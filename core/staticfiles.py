from typing import Any

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage

_hashed: Any = HashedFilesMixin


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Static files under names that hold their hash, also where one of our scripts imports another.

    So all of them may be cached for ever. Only js/ is rewritten: other packages' scripts hold text that merely
    looks like an import.
    """

    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = ("js/*.js", _hashed._js_module_import_aggregation_patterns[1])
