"""Notes each invocation and hands it on."""

import logging

from orders.place import handler as place

log = logging.getLogger(__name__)


def handler(event, context):
    log.info("invoked")
    return place(event, context)
