from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.actions import people
from core.jobs import enqueue


class AccountAdapter(DefaultAccountAdapter):
    """What allauth asks this project."""

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """A new account gets the nickname asked for, else one made from the user name that nobody has."""
        user = super().save_user(request, user, form, commit=False)
        user.nickname = form.cleaned_data.get("nickname") or people.free_nickname(username=user.username)
        if commit:
            user.save()
        return user

    def confirm_email(self, request: HttpRequest, email_address: Any) -> Any:
        """Whoever confirms an address may stand under it on an institution's list."""
        confirmed = super().confirm_email(request, email_address)
        enqueue("accounts.match_rosters", user_id=email_address.user_id)
        return confirmed


def display_name(user: Any) -> str:
    return user.nickname
