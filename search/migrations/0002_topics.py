
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0001_index'),
    ]

    operations = [
        migrations.AlterField(
            model_name='nameentry',
            name='kind',
            field=models.CharField(choices=[('circle', 'circle'), ('person', 'person'), ('merchant', 'merchant'), ('topic', 'topic')], max_length=10),
        ),
    ]
