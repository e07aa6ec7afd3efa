"""Orders are a room of their own: `yichuang.orders` takes over the model, and the table stays as it is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("supervision", "0008_orders_as_aggregates")]

    operations = [migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Order")])]
