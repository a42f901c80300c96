from django.db import migrations

CAUSES = [
    {
        "slug": "grove",
        "name": "一片小树林",
        "name_en": "A small grove",
        "text": "攒够能量，由平台的公益伙伴在荒坡上种下一百棵树苗。",
        "text_en": "With enough energy, the platform's partners plant a hundred saplings on a bare slope.",
        "picture": "tree",
        "energy": 20000,
    },
    {
        "slug": "street-lamps",
        "name": "山路上的灯",
        "name_en": "Lamps for a mountain road",
        "text": "攒够能量，给一条走夜路上学的山路装上太阳能路灯。",
        "text_en": "With enough energy, a road that children walk in the dark gets solar lamps.",
        "picture": "lights",
        "energy": 30000,
    },
    {
        "slug": "coral",
        "name": "一小片珊瑚",
        "name_en": "A patch of coral",
        "text": "攒够能量，在近海种回一小片珊瑚。",
        "text_en": "With enough energy, a patch of coral is planted again near the coast.",
        "picture": "reef",
        "energy": 50000,
    },
    {
        "slug": "one-tree",
        "name": "一棵树",
        "name_en": "One tree",
        "text": "小圈子也能做到：一起种下一棵树。",
        "text_en": "For small circles: one tree, planted together.",
        "picture": "tree",
        "energy": 1500,
    },
]


def add(apps, schema_editor):
    Cause = apps.get_model("daily", "Cause")
    for position, cause in enumerate(CAUSES):
        Cause.objects.get_or_create(slug=cause["slug"], defaults={**cause, "position": position})


class Migration(migrations.Migration):
    dependencies = [("daily", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
