from django.db import migrations
from django.db.models import F
from django.db.models.functions import Greatest

POINTS_A_DAY = 10
"""About what an active day brought, when goals counted points instead of days."""


def count_days(apps, schema_editor):
    apps.get_model("daily", "Cause").objects.update(energy=Greatest(F("energy") / POINTS_A_DAY, 10))
    apps.get_model("daily", "Goal").objects.update(
        target=Greatest(F("target") / POINTS_A_DAY, 1), energy=F("energy") / POINTS_A_DAY
    )
    apps.get_model("daily", "GoalShare").objects.update(energy=F("energy") / POINTS_A_DAY)


class Migration(migrations.Migration):
    dependencies = [("daily", "0003_goals_by_days")]
    operations = [migrations.RunPython(count_days, migrations.RunPython.noop)]
