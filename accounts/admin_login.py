"""The log-in of the admin, for those of the team who have no second factor yet."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.forms import AuthenticationForm

from accounts.actions import second_factor


class StaffLoginForm(AuthenticationForm):
    """Asks for a password alone, so whoever has a second factor has to come in through the site's own page."""

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if second_factor.is_on(user):
            raise ValidationError(
                _("You have a second factor. Please log in on the site's own page, then come back."),
                code="second_factor",
            )
