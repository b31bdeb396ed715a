"""The attendance ledger is only added to."""

from django.db import migrations

from recruit.models.append_only import triggers

PUT_ON, TAKE_OFF = triggers("scheduling_ledgerentry")


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0001_initial"), ("recruit", "0002_audit_append_only")]
    operations = [migrations.RunPython(PUT_ON, TAKE_OFF)]
