from django.db import migrations

from moderation.groups import make_moderators


def make(apps, schema_editor):
    make_moderators(apps)


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0002_permissions"),
        ("accounts", "0001_initial"),
        ("circles", "0001_initial"),
        ("merchants", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
