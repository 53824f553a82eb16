"""The proofs of rules without a safe fix, which are put right by hand."""

from __future__ import annotations

from tests.proofs.proof import Proof
from tests.proofs.replayed import World
from tests.proofs.verdict import Specification

BY_HAND: tuple[Proof, ...] = (
    Proof(
        "dur104_claim",
        "the result is {'state': 'left to the other packer'}",
        Specification({"state": "packed"}, ("claim S1", "pack S1")),
        {"shipment": "S1"},
    ),
    Proof(
        "dur105_charge",
        "did again: charge",
        Specification({"charge": "accepted"}, ("charge A1", "send A1")),
        {"order": "A1"},
    ),
    Proof(
        "dur106_journal",
        "the result is {'entries': ",
        Specification({"entries": 1}, ("thank for 12 euros",)),
        {"payment": "12 euros"},
    ),
    Proof(
        "dur108_images",
        "did again: shrink sun.png",
        Specification({"shown": 2}, ("shrink sun.png", "shrink sea.png", "show the album")),
        {"images": ["sun.png", "sea.png"]},
    ),
    Proof(
        "dur108_approval",
        "the effects are ('send the invoice', 'file []') instead of",
        Specification({"filed": 1}, ("send the invoice", "file ['yes']")),
        world=World(callbacks={"approval_callback": "yes"}),
        refused="The suspension of result() of callback 'approval_callback' was lost in another thread",
    ),
    Proof(
        "dur110_parcel",
        "shelf was",
        Specification({"stored": "P1"}, ("store P1", "tell where P1 is")),
        {"parcel": "P1"},
    ),
    Proof(
        "dur111_upload",
        "key was 'request-1' and is",
        Specification({"document": "contract"}, ("put contract", "take contract")),
        {"document": "contract"},
    ),
    Proof(
        "dur112_export",
        "NonDeterministicExecutionError",
        Specification({"file": "small export of orders"}, ("export orders", "compress export of orders")),
        {"table": "orders"},
    ),
    Proof(
        "dur201_room",
        "NonDeterministicExecutionError",
        Specification(
            {"room": "room of ada"}, ("reserve a room for ada", "order breakfast for ada", "confirm the room of ada")
        ),
        {"guest": "ada"},
        refused="context.step('reserve_room') was called inside the function of step 'book_room'",
    ),
    Proof(
        "dur203_case",
        "IndexError",
        Specification({"found": "nothing found"}, ("open A1", "look at A1", "close A1: nothing found")),
        {"case": "A1"},
    ),
    Proof(
        "dur206_letter",
        "Unsupported type: <class 'coroutine'>",
        Specification({"letter": "DEAR ADA"}, ("translate: dear Ada", "send: DEAR ADA")),
        {"letter": "dear Ada"},
        refused="translate is a coroutine function",
    ),
    Proof(
        "dur206_pages",
        "Object of type generator is not JSON serializable",
        Specification(["page 0", "page 1"], ("print page 0", "print page 1")),
        {"pages": 2},
        refused="handler is a generator function",
    ),
    Proof(
        "dur209_meeting",
        "the effects are ('open the hall', 'close the hall', ",
        Specification({"minutes": "minutes of the hall"}, ("open the hall", "take the minutes", "close the hall")),
        {"room": "the hall"},
        harmless="cleanup that a suspension runs comes to nothing: its operations suspend again",
    ),
    Proof(
        "dur209_visit",
        "the result is {'book': ['ada has left', 'ada has left'",
        Specification({"book": ["ada has left"]}, ("water the flowers",)),
        {"visitor": "ada"},
    ),
    Proof(
        "dur214_orders",
        "SystemExit",
        Specification({"shipped": 0}, ("load the orders of ada",)),
        {"customer": "ada"},
    ),
    Proof(
        "dur307_words",
        "TypeError: 'BatchResult' object is not iterable",
        Specification({"total": 5}, ("count page 0", "count page 1", "print 5")),
        {"pages": ["on the sea", "at home"]},
    ),
    Proof(
        "dur307_sides",
        "not JSON serializable",
        Specification({"sides": ["text of the front", "text of the back"]}, ("scan the front", "scan the back")),
    ),
    Proof(
        "dur407_labels",
        "the invocation comes to no end",
        Specification({"label": "label of P1"}, ("print the label of P1", "stick on the label of P1")),
        {"parcel": "P1"},
        refused="step: name must be a string or None, got set",
    ),
    Proof(
        "dur501_parcels",
        "the result is {'picked_up': 0} instead of",
        Specification({"picked_up": 2}, ("pack A1", "pack A2", "pick up parcel of A1, parcel of A2")),
        {"orders": ["A1", "A2"]},
    ),
    Proof(
        "dur502_order",
        "the effects are ('reserve for A1', 'A1 goes to shelf None') instead of",
        Specification({"number": "A1", "shelf": 4}, ("reserve for A1", "A1 goes to shelf 4")),
        {"number": "A1"},
    ),
    Proof(
        "dur504_invoice",
        "the effects are ('look up soap', 'print soap at 4 euros, soap at 4 euros') instead of",
        Specification({"invoice": "invoice of soap at 4 euros"}, ("look up soap", "print soap at 4 euros")),
        {"items": ["soap"]},
        World(keeps_processes=True),
    ),
    Proof(
        "dur506_quotes",
        "ValueError: min() arg is an empty sequence",
        Specification({"booked": 3}, ("ask owl", "ask heron", "book for 3")),
        {"carriers": ["owl", "heron"]},
    ),
    Proof(
        "dur903_vote",
        "ValidationError",
        Specification(["north agrees", "south agrees"], ("invite to the vote",)),
    ),
)
