import pytest

from circles.models import Category, Circle, CircleKind, Membership, Role
from core.errors import DomainError, Invalid, Refused
from merchants.actions import applications
from merchants.licences import normalise
from merchants.models import Merchant, MerchantState, Staff
from tests.factories import CategoryFactory, UserFactory
from tests.merchants.conftest import licence

pytestmark = pytest.mark.django_db


def apply(applicant, **said):
    return applications.apply(
        applicant=applicant, **{"name": "山野茶舍", "licence_number": licence(), "intro": "", **said}
    )


def test_licence_is_normalised():
    number = licence()
    full_width = "".join(chr(ord(char) + 0xFEE0) for char in number.lower())
    assert normalise(f" {full_width[:4]} {full_width[4:9]}-{full_width[9:]}\n") == number


@pytest.mark.parametrize("number", ["", "123", "91110000600037341X", "91110000600037341LL", "汉字", "\x00" * 18])
def test_wrong_licence_is_named(owner, number):
    with pytest.raises(Invalid) as refusal:
        apply(owner, licence_number=number)
    assert (refusal.value.code, refusal.value.field) == ("licence_invalid", "licence_number")
    assert not Merchant.objects.exists()


def test_application_waits_and_only_its_applicant_sees_it(owner):
    merchant = apply(owner, name="Tea House")
    assert (merchant.state, merchant.slug, merchant.circle) == (MerchantState.PENDING, "tea-house", None)
    assert list(Merchant.objects.visible_to(owner)) == [merchant]
    assert list(Merchant.objects.visible_to(UserFactory())) == []
    assert not Staff.objects.exists()


def test_sending_twice_makes_one(owner):
    number = licence()
    first, second = apply(owner, licence_number=number), apply(owner, licence_number=number.lower())
    assert first == second
    assert Merchant.objects.count() == 1


@pytest.mark.parametrize("decide", [None, "approve"])
def test_a_licence_has_one_page(owner, reviewer, decide):
    merchant = apply(owner)
    if decide:
        applications.approve(merchant=merchant, by=reviewer)
    with pytest.raises(Invalid) as refusal:
        apply(UserFactory(), licence_number=merchant.licence_number)
    assert refusal.value.code == "licence_taken"
    assert Merchant.objects.count() == 1


def test_unverified_may_not_apply(db):
    with pytest.raises(Refused) as refusal:
        apply(UserFactory(verified_at=None))
    assert refusal.value.code == "not_verified"
    assert not Merchant.objects.exists()


def test_three_may_wait_at_a_time(owner):
    for _ in range(3):
        apply(owner)
    with pytest.raises(Refused) as refusal:
        apply(owner)
    assert refusal.value.code == "too_many_applications"


def test_approval_opens_page_and_circle(owner, reviewer):
    category = CategoryFactory()
    merchant = applications.approve(merchant=apply(owner, category=category), by=reviewer)
    circle = merchant.circle
    assert merchant.state == MerchantState.VERIFIED
    assert (circle.kind, circle.owner, circle.name, circle.category) == (
        CircleKind.MERCHANT,
        owner,
        "山野茶舍",
        category,
    )
    assert Membership.objects.get(circle=circle).role == Role.OWNER
    assert [row.user for row in Staff.objects.filter(merchant=merchant)] == [owner]
    assert list(Merchant.objects.visible_to(UserFactory())) == [merchant]


def test_without_a_category_there_is_a_default_one(pending, reviewer):
    applications.approve(merchant=pending, by=reviewer)
    assert Category.objects.get(circles__merchant=pending).slug == "brands"


def test_approving_twice_makes_one_circle(merchant, reviewer):
    assert applications.approve(merchant=merchant, by=reviewer).circle == merchant.circle
    assert Circle.objects.count() == 1


def test_refusal_is_read_by_the_applicant_and_can_be_tried_again(pending, owner, reviewer):
    refused = applications.refuse(merchant=pending, by=reviewer, reason="照片看不清。")
    assert (refused.state, refused.refusal) == (MerchantState.REFUSED, "照片看不清。")
    again = apply(owner, licence_number=pending.licence_number, name="山野茶舍二")
    assert (again.pk, again.state, again.refusal, again.name) == (pending.pk, MerchantState.PENDING, "", "山野茶舍二")


def test_a_refusal_needs_a_reason(pending, reviewer):
    with pytest.raises(Invalid) as refusal:
        applications.refuse(merchant=pending, by=reviewer, reason=" \n")
    assert refusal.value.code == "reason_required"
    pending.refresh_from_db()
    assert pending.state == MerchantState.PENDING


def test_a_decision_stands(merchant, pending, reviewer):
    with pytest.raises(DomainError) as refusal:
        applications.refuse(merchant=merchant, by=reviewer, reason="zu spät")
    assert refusal.value.code == "already_decided"
