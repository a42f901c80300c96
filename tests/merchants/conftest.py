import itertools

import pytest
from stdnum.cn import uscc

from merchants.actions import applications
from tests.factories import UserFactory

_numbers = itertools.count(1)


def licence() -> str:
    """A valid licence number nobody else has in this test run."""
    bare = f"91310000MA{next(_numbers):07d}"
    return bare + uscc.calc_check_digit(bare)


@pytest.fixture
def owner(db):
    return UserFactory()


@pytest.fixture
def reviewer(db):
    return UserFactory(is_staff=True, is_superuser=True)


@pytest.fixture
def pending(owner):
    return applications.apply(applicant=owner, name="山野茶舍", licence_number=licence(), intro="自家茶园。")


@pytest.fixture
def merchant(pending, reviewer):
    """An open fan page; `owner` speaks for it."""
    return applications.approve(merchant=pending, by=reviewer)
