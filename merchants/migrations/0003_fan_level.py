from django.db import migrations, models


class Migration(migrations.Migration):
    """Five levels take the place of on and off."""

    dependencies = [
        ('merchants', '0002_category'),
    ]

    operations = [
        migrations.AddField(
            model_name='fan',
            name='level',
            field=models.CharField(blank=True, choices=[('all', 'Everything'), ('highlights', 'What concerns me'), ('mentions', 'Replies and mentions only'), ('digest', 'Only in the digest'), ('muted', 'Nothing')], db_default='', default='', max_length=10, verbose_name='notifications'),
        ),
    ]
