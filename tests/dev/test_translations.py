import gettext
import subprocess
import sys

import pytest

from dev import translations

PAGE = """{% load i18n %}
<p>{% translate "Join" %}</p>
{% blocktranslate count n=members trimmed %}
  {{ n }} member
{% plural %}
  {{ n }} members
{% endblocktranslate %}
<p title="{% translate 'May' context 'month' %}">{{ _("Leave") }}</p>
"""
CODE = """from django.utils.translation import gettext as _
def f(name): return _("Hello, %(name)s") % {"name": name}
"""
COMPLETE = {
    "Join": "加入",
    "%(n)s member": "%(n)s 位成员",
    "May": "五月",
    "Leave": "退出",
    "Hello, %(name)s": "你好，%(name)s",
}


@pytest.fixture
def project(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(PAGE)
    (tmp_path / "circles").mkdir()
    (tmp_path / "circles" / "views.py").write_text(CODE)
    translations.extract(tmp_path)
    return tmp_path


def fill(project, words):
    path = translations.catalogue_path("zh_Hans", project)
    lines, source = [], None
    for line in path.read_text().splitlines():
        if line.startswith("msgid "):
            source = line[7:-1]
        if line.startswith("msgstr") and source:
            line = f'{line.split(" ")[0]} "{words.get(source, "")}"'
        lines.append(line)
    path.write_text("\n".join(lines) + "\n")


def test_a_complete_catalogue_passes_and_compiles(project):
    fill(project, COMPLETE)

    assert list(translations.complaints(project)) == []
    assert translations.compile_catalogues(project) == 1
    assert translations.compile_catalogues(project) == 0
    with translations.catalogue_path("zh_Hans", project).with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert compiled.gettext("Join") == "加入"
    assert compiled.ngettext("%(n)s member", "%(n)s members", 5) == "%(n)s 位成员"
    assert compiled.pgettext("month", "May") == "五月"


def test_extracting_again_keeps_what_is_translated_byte_for_byte(project):
    fill(project, COMPLETE)
    translations.extract(project)
    before = translations.catalogue_path("zh_Hans", project).read_bytes()
    (project / "circles" / "views.py").write_text("\n\n" + CODE)
    translations.extract(project)

    assert translations.catalogue_path("zh_Hans", project).read_bytes() == before
    assert list(translations.complaints(project)) == []


def test_a_missing_text_is_reported_with_its_place(project):
    fill(project, COMPLETE)
    (project / "circles" / "forms.py").write_text('from x import gettext_lazy as _\nlabel = _("Nickname")\n')

    assert list(translations.complaints(project)) == ['zh_Hans: "Nickname" is missing (circles/forms.py:2)']


def test_empty_unused_fuzzy_and_differing_placeholders_are_reported(project):
    fill(project, COMPLETE | {"Leave": "", "Hello, %(name)s": "你好，%(nmae)s"})
    path = translations.catalogue_path("zh_Hans", project)
    text = path.read_text().replace('msgid "Join"', '#, fuzzy\nmsgid "Join"')
    path.write_text(text + '\nmsgid "Gone"\nmsgstr "没了"\n')

    assert sorted(translations.complaints(project)) == [
        'zh_Hans: "Gone" is translated but used nowhere',
        'zh_Hans: "Hello, %(name)s" should hold %(name)s but holds %(nmae)s (circles/views.py:2)',
        'zh_Hans: "Join" is marked fuzzy (templates/page.html:2)',
        'zh_Hans: "Leave" has no translation (templates/page.html:8)',
    ]


def test_the_command_fails_on_an_incomplete_catalogue(checkout):
    (checkout.folder / "core").mkdir()
    (checkout.folder / "core" / "views.py").write_text('_("Join")\n')
    done = subprocess.run(
        [sys.executable, "-m", "dev.translations", "check"],
        cwd=checkout.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == 'zh_Hans: "Join" is missing (core/views.py:1)\n1 things to put right.\n'
