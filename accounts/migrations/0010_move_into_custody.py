"""Take legal names and numbers out of the ordinary tables and seal them in custody, each under a data key of its own.

Works in batches, each a transaction; interrupted it goes on where it was. Every row costs one slow index (about 0.1 s
of one core with the default IDENTITY_INDEX_COST), so a hundred thousand people take about an hour and a half on two
cores. IDENTITY_KEYS has to hold the versions the rows were encrypted with.
"""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import migrations, transaction
from stdnum.cn import ric

from core import crypto

BATCH = 200


def move(apps, schema_editor):
    sealed, hold = apps.get_model("accounts", "SealedPerson"), apps.get_model("accounts", "Hold")
    for name in ("LegalIdentity", "IdentityCheck"):
        model = apps.get_model("accounts", name)
        waiting = model.objects.filter(sealed_id=None, name_encrypted__isnull=False)
        with ThreadPoolExecutor(settings.IDENTITY_INDEX_AT_ONCE) as pool:
            while rows := list(waiting.order_by("pk")[:BATCH]):
                numbers = [_open(model, row, "number") for row in rows]
                indexes = list(pool.map(crypto.slow_index, [f"id_card:CHN:{number}" for number in numbers]))
                people = []
                for row, number, index in zip(rows, numbers, indexes, strict=True):
                    row.sealed_id = uuid.uuid4()
                    people.append(_seal(sealed, row, _open(model, row, "name"), number, index))
                with transaction.atomic():
                    sealed.objects.bulk_create(people)
                    if name == "LegalIdentity":
                        hold.objects.bulk_create(
                            [hold(number_index=one.number_index, owner_id=one.owner_id) for one in people]
                        )
                    model.objects.bulk_update(rows, ["sealed_id"])


def _open(model, row, field):
    context = f"{model._meta.label_lower}:{row.pk}:{field}"
    return crypto.decrypt(getattr(row, f"{field}_encrypted"), version=row.key_version, context=context)


def _seal(sealed, row, name, number, index):
    key, place = crypto.new_data_key(), f"person:{row.sealed_id}"
    version, wrapped = crypto.wrap(key, context=f"{place}:key")
    details = {
        "document": "id_card",
        "country": "CHN",
        "born": ric.get_birth_date(number).isoformat(),
        "gender": "male" if int(number[16]) % 2 else "female",
        "place": number[:6],
        "valid_until": "",
    }
    return sealed(
        id=row.sealed_id,
        owner_id=row.user_id,
        key_version=version,
        wrapped_key=wrapped,
        name_encrypted=crypto.seal(name.encode(), key=key, context=f"{place}:name"),
        number_encrypted=crypto.seal(number.encode(), key=key, context=f"{place}:number"),
        details_encrypted=crypto.seal(json.dumps(details).encode(), key=key, context=f"{place}:details"),
        number_index=index,
    )


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('accounts', '0009_custody'),
    ]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop, elidable=True),
    ]
