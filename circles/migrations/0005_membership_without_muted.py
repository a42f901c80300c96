from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('circles', '0004_muted_is_a_level'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='membership',
            name='muted',
        ),
    ]
