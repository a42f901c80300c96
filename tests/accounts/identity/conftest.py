import random
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.identity.mrz import check_digit
from tests.accounts.identity.alipay_stand_in import StandIn
from tests.factories import UserFactory

SANDBOX = "accounts.identity.sandbox.SandboxProvider"
CALLBACK = "accounts.identity.sandbox.SandboxCallbackProvider"
MANUAL = "accounts.identity.manual.ManualProvider"
ALIPAY = "accounts.identity.alipay.AlipayProvider"
NAME = "林知夏"


@pytest.fixture
def user(db):
    return UserFactory(verified_at=None)


@pytest.fixture
def page(client, user):
    """Sends the form as `user`; English. `by` and `document` stand in the address."""
    client.force_login(user)

    def send(by="", document="", **data):
        address = f"{reverse('accounts:verify')}?by={by}&document={document}"
        return client.post(address, data, headers={"accept-language": "en"})

    return send


@pytest.fixture
def offer(settings):
    """Offer these providers, in this order."""

    def set_(*paths):
        settings.IDENTITY_PROVIDER = ",".join(paths)

    return set_


@pytest.fixture
def alipay(settings, offer):
    with StandIn() as stand_in:
        for name, value in stand_in.environment().items():
            setattr(settings, name, value)
        settings.OUTBOUND_LOCAL_HOSTS = ["127.0.0.1"]
        offer(ALIPAY)
        yield stand_in


def passport(**changes):
    """A made-up passport as the form takes it, with a lower line that fits."""
    pick = random.Random(11)
    until = timezone.localdate() + timedelta(days=900)
    data = {
        "name": "Ana Lucía Moreno",
        "number": f"K{pick.randint(10_000_000, 99_999_999)}",
        "country": "ESP",
        "born": "1988-03-09",
        "valid_until": until.isoformat(),
        **changes,
    }
    return data | {"mrz": lower_line(data)}


def lower_line(data, gender="F"):
    number = data["number"].ljust(9, "<")
    born, until = data["born"].replace("-", "")[2:], data["valid_until"].replace("-", "")[2:]
    personal = "<" * 14
    whole = f"{number}{check_digit(number)}{born}{check_digit(born)}{until}{check_digit(until)}{personal}0"
    return (
        f"{number}{check_digit(number)}{data['country']}{born}{check_digit(born)}{gender}"
        f"{until}{check_digit(until)}{personal}0{check_digit(whole)}"
    )


def photo(colour="#c0ffee"):
    out = BytesIO()
    Image.new("RGB", (640, 400), colour).save(out, "JPEG")
    out.seek(0)
    out.name = "document.jpg"
    return out


def errors(answer):
    return {field: [error.code for error in found] for field, found in answer.context["form"].errors.as_data().items()}
