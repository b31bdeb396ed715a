"""The audit is only added to."""

from django.db import migrations

from recruit.models.append_only import prepare, triggers, unprepare

PUT_ON, TAKE_OFF = triggers("recruit_auditentry")


class Migration(migrations.Migration):
    dependencies = [("recruit", "0001_initial")]
    operations = [migrations.RunPython(prepare, unprepare), migrations.RunPython(PUT_ON, TAKE_OFF)]
