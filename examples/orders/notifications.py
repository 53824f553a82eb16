"""Messages to the customer. The handler calls these outside a step, two modules away from the network."""

import outbox


def order_shipped(order_id: str, email: str) -> None:
    outbox.put({"to": email, "text": f"Your order {order_id} is on its way."})
