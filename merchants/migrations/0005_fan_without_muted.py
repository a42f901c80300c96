from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('merchants', '0004_muted_is_a_level'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='fan',
            name='muted',
        ),
    ]
