from allauth.account.views import SignupView as BaseSignupView
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.forms import SignupForm


class SignupView(BaseSignupView):
    """Sign up; when somebody took the same name a moment earlier, say so and keep what was typed."""

    def form_valid(self, form: SignupForm) -> HttpResponse:
        try:
            with transaction.atomic():
                self.user, answer = form.try_save(self.request)
        except IntegrityError:
            # Not get_form(), which hands out the form that was checked before.
            again = self.get_form_class()(**self.get_form_kwargs())
            if again.is_valid():
                again.add_error("nickname", _("Somebody has this nickname already. Please choose another."))
            return self.form_invalid(again)
        if answer:
            return answer
        # The base class saves and goes on in one; the account is there, so only the rest is left.
        form.try_save = lambda request: (self.user, None)
        return super().form_valid(form)


signup = SignupView.as_view()
