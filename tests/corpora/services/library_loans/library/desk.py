"""The desk: what its parts are called for those who deploy it."""

from library.reservations import reserve_book as reserve

__all__ = ["reserve"]
