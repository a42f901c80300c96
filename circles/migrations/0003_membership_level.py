from django.db import migrations, models


class Migration(migrations.Migration):
    """Five levels take the place of on and off."""

    dependencies = [
        ('circles', '0002_circle_number_sequence'),
    ]

    operations = [
        migrations.AddField(
            model_name='membership',
            name='level',
            field=models.CharField(blank=True, choices=[('all', 'Everything'), ('highlights', 'What concerns me'), ('mentions', 'Replies and mentions only'), ('digest', 'Only in the digest'), ('muted', 'Nothing')], db_default='', default='', max_length=10, verbose_name='notifications'),
        ),
    ]
