"""How long the customer may think."""

from datetime import timedelta

AN_OFFER = timedelta(days=2, hours=12)
