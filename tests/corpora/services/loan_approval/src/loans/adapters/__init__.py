"""What the package needs from the outside, under one roof."""

from . import mailer
from .bureau import CreditBureau
from .events import publish as publish_event
from .repository import LoanRepository

__all__ = ["CreditBureau", "LoanRepository", "mailer", "publish_event"]
