from typing import Any

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """What allauth asks this project."""


def display_name(user: Any) -> str:
    return user.nickname
