"""The log-in of the admin, for those of the team who have no second factor yet.

Two limits: five checks a name in five minutes, those at the site's own doors included (accounts.tries), and those of
django-axes for a name and an address.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.forms import AuthenticationForm

from accounts import tries
from accounts.actions import second_factor


class StaffLoginForm(AuthenticationForm):
    """Asks for a password alone, so whoever has a second factor has to come in through the site's own page."""

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username")
        if not name or not self.cleaned_data.get("password"):
            return dict(self.cleaned_data)  # nothing to check a password against: that is no try
        taken = tries.take(self.request, name)
        if taken is None:
            raise ValidationError(
                _("Too many failed attempts for this name. Please try again in five minutes."), code="too_many_attempts"
            )
        cleaned: dict[str, Any] = super().clean()
        taken.rollback()
        return cleaned

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if second_factor.is_on(user):
            raise ValidationError(
                _("You have a second factor. Please log in on the site's own page, then come back."),
                code="second_factor",
            )
