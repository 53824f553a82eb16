"""What can go wrong at the desk."""


class ScaleBusy(Exception):
    pass


PASSING = [ScaleBusy, TimeoutError, ConnectionError]
DESK_ERRORS = [*PASSING, Exception]
