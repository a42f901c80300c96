"""What people type about themselves. Rules stand in actions; forms keep what was typed and show what is wrong."""

from typing import Any

from allauth.account.forms import LoginForm as BaseLoginForm
from allauth.account.forms import SignupForm as BaseSignupForm
from allauth.mfa.base.forms import AuthenticateForm as BaseAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as BaseReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm as BaseActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm as BaseAddWebAuthnForm
from allauth.mfa.webauthn.forms import LoginWebAuthnForm as BaseLoginWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, RegexValidator
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts import rules
from accounts.actions import profile
from core.errors import DomainError

USERNAME_MAX_LENGTH = 30


def _not_reserved(username: str) -> None:
    if rules.is_reserved(username):
        raise ValidationError(_("This user name is reserved. Please choose another."), code="username_reserved")


USERNAME_VALIDATORS = [
    RegexValidator(
        r"^[^\W_][\w.-]*\Z",
        _("A user name is made of letters, digits, dots, hyphens and underscores, and begins with a letter or digit."),
        code="bad_username",
    ),
    MaxLengthValidator(USERNAME_MAX_LENGTH),
    _not_reserved,
]


def to_form(error: DomainError, form: forms.BaseForm) -> None:
    """Show a refusal beside the field it is about, or above the form."""
    field = error.field if error.field in form.fields else None
    form.add_error(field, ValidationError(str(error), code=error.code))


class LoginForm(BaseLoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("User name or e-mail")
        login.widget.attrs.update(autocomplete="username", autocapitalize="none", spellcheck="false")
        login.max_length = 254
        self.fields["password"].help_text = ""
        _without_placeholders(self)


class SignupForm(BaseSignupForm):
    """User name, nickname (optional), e-mail address, password."""

    nickname = forms.CharField(
        label=_("Nickname"),
        max_length=20,
        required=False,
        help_text=_("What others see. Left empty, it is your user name. You can change it at any time."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    agree = forms.BooleanField(
        label=_("I agree"),
        error_messages={"required": _("Please read them and agree first.")},
    )
    field_order = ["username", "nickname", "email", "password1", "agree"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        username = self.fields["username"]
        username.label = _("User name")
        username.help_text = _("To log in with. 3 to 30 letters, digits, dots, hyphens or underscores.")
        username.widget.attrs.update(autocapitalize="none", spellcheck="false", maxlength=str(USERNAME_MAX_LENGTH))
        self.fields["email"].label = _("E-mail")
        self.fields["agree"].label = format_html(
            _('I agree to the <a href="{}">rules</a> and the <a href="{}">privacy notice</a>'),
            reverse("accounts:terms"),
            reverse("accounts:privacy_notice"),
        )
        self.fields["password1"].help_text = _("At least 8 characters, and not only digits.")
        _without_placeholders(self)

    def clean_nickname(self) -> str:
        nickname: str = self.cleaned_data["nickname"]
        if not nickname:
            return ""
        try:
            return profile.check_nickname(nickname)
        except DomainError as error:
            raise ValidationError(str(error), code=error.code) from error


class ProfileForm(forms.Form):
    avatar = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("JPEG, PNG or WebP. Where and when it was taken is removed."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    remove_avatar = forms.BooleanField(label=_("Remove my picture"), required=False)
    nickname = forms.CharField(
        label=_("Nickname"),
        max_length=20,
        help_text=_("What others see. 2 to 20 letters, digits, hyphens or underscores."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    bio = forms.CharField(
        label=_("About me"),
        max_length=profile.BIO_MAX_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, has_avatar: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_avatar:
            del self.fields["remove_avatar"]


class AuthenticateForm(BaseAuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_code(self)


class ReauthenticateForm(BaseReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_code(self)


class ActivateTOTPForm(BaseActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_code(self)


class AddWebAuthnForm(BaseAddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("What you call it")
        if "passwordless" in self.fields:
            self.fields["passwordless"].initial = True
            self.fields["passwordless"].label = _("Log in with it alone, without a password")
            self.fields["passwordless"].help_text = _("The device then asks for your finger, your face or its code.")
        _without_placeholders(self)


class LoginWebAuthnForm(BaseLoginWebAuthnForm):
    def clean_credential(self) -> Any:
        """Says which other way there is, where this passkey opens no account (any more)."""
        try:
            return super().clean_credential()
        except ValidationError as error:
            said = _("This passkey opens no account here. Log in with your password instead.")
            raise ValidationError(said, code="unknown_passkey") from error


def _ask_for_code(form: forms.BaseForm) -> None:
    form.fields["code"].label = _("The code")
    form.fields["code"].widget.attrs.update(autocomplete="one-time-code", inputmode="numeric")
    _without_placeholders(form)


class PhoneForm(forms.Form):
    number = forms.CharField(
        label=_("Phone number"),
        max_length=40,
        help_text=_("Only you see it. We send a code to it now, and nothing else ever."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )


class PhoneCodeForm(forms.Form):
    code = forms.CharField(
        label=_("The code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


def _without_placeholders(form: forms.BaseForm) -> None:
    """A placeholder that repeats the label is noise, and gone when one would like to read it."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
