"""Commands for whoever runs the site: reading a large list, and facts for those who were verified long ago."""

import pytest
from django.core.management import CommandError, call_command

from accounts.actions import identity
from accounts.identity.sandbox import invented_number
from accounts.models import Fact, FactChange, Institution, LegalIdentity, Roster, RosterEntry, User
from accounts.passport import passport_of
from tests.factories import UserFactory
from tests.feeds.community import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return Institution.objects.create(slug="tingtao", kind="school", name="听涛大学", is_issuer=True)


class TestUploadRoster:
    def upload(self, tmp_path, text, **options):
        path = tmp_path / "list.csv"
        path.write_text(text, encoding="utf-8")
        call_command("upload_roster", "tingtao", str(path), **options)

    def test_people_on_it_are_found_and_bad_rows_named_by_number(self, school, tmp_path, capsys):
        boss = UserFactory(username="boss", is_superuser=True)
        reader = UserFactory()
        reader.emailaddress_set.create(email="mei@stu.example", verified=True, primary=True)
        text = "邮箱,毕业时间\nmei@stu.example,2028-06\nnobody,2028-06\nlei@stu.example,2027-06\n"
        self.upload(tmp_path, text, by="boss", note="2026 级")
        out, err = capsys.readouterr()
        assert "2 rows on the list, 1 left out." in out
        assert err.startswith("row 3: ")
        assert "nobody" not in out + err
        assert (Roster.objects.get().created_by, Roster.objects.get().note) == (boss, "2026 级")
        work()
        assert [fact.value for fact in passport_of(User.objects.get(pk=reader.pk)).facts] == ["tingtao"]

    def test_more_id_numbers_than_the_page_takes(self, school, tmp_path, monkeypatch):
        monkeypatch.setattr("accounts.actions.rosters.IDENTITY_ROWS_MAX", 1)
        UserFactory(username="boss", is_superuser=True)
        rows = "".join(f"测试,{invented_number()}\n" for _number in range(3))
        self.upload(tmp_path, "姓名,身份证号\n" + rows, by="boss")
        assert RosterEntry.objects.count() == 3

    def test_refusals(self, school, tmp_path):
        UserFactory(username="passer-by")
        UserFactory(username="boss", is_superuser=True)
        for text, options, said in (
            ("邮箱\na@b.example\n", {"by": "nobody"}, "no such institution or person"),
            ("邮箱\na@b.example\n", {"by": "passer-by"}, "may not"),
            ("邮箱\na@b.example\n", {"by": "boss", "kind": "resident"}, "cannot say that"),
            ("邮箱\nnobody\n", {"by": "boss"}, "no usable row"),
        ):
            with pytest.raises(CommandError, match=said):
                self.upload(tmp_path, text, **options)
        assert not Roster.objects.exists()


def test_those_verified_before_there_were_facts_get_theirs_once(capsys):
    early, late, revoked = (UserFactory(verified_at=None) for _number in range(3))
    for user in (early, late, revoked):
        identity.verify(user=user, name="测试甲", number=invented_number())
    Fact.objects.filter(user__in=(early, revoked)).delete()
    User.objects.filter(pk__in=(early.pk, revoked.pk)).update(held_facts=[])
    identity.revoke(identity=LegalIdentity.objects.get(user=revoked), by=UserFactory(), reason="冒名")
    before = FactChange.objects.filter(fact__user=late).count()
    call_command("fill_in_facts")
    assert capsys.readouterr().out == "1 people have facts now.\n"
    kinds = sorted(fact.kind for fact in passport_of(User.objects.get(pk=early.pk)).facts)
    assert kinds == ["adult", "gender"]
    assert passport_of(User.objects.get(pk=revoked.pk)).facts == ()
    call_command("fill_in_facts")
    assert capsys.readouterr().out == "0 people have facts now.\n"
    assert FactChange.objects.filter(fact__user=early).count() == 2
    assert FactChange.objects.filter(fact__user=late).count() == before
