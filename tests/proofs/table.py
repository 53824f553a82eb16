"""The proofs, by rule: here those whose programs a safe fix puts right."""

from __future__ import annotations

from durable_lint.finding import Severity
from tests.proofs.by_hand import BY_HAND
from tests.proofs.proof import Proof
from tests.proofs.replayed import World
from tests.proofs.verdict import Specification

BY_FIX = (
    Proof(
        "dur101_offer",
        "end of the offer was",
        Specification({"hold": "hold of A1"}, ("hold the goods", "write to the customer")),
        {"order": "A1"},
    ),
    Proof(
        "dur101_invoice",
        "number of the invoice was",
        Specification({"customer": "ada"}, ("enter into the books", "send the letter")),
        {"customer": "ada", "cents": 1200},
    ),
    Proof(
        "dur101_contract",
        "end was",
        Specification({"contract": "contract of ada"}, ("file",)),
        {"customer": "ada"},
    ),
    Proof(
        "dur102_raffle",
        "winning ticket was",
        Specification({"tickets": 10**12}, ("book the prize", "tell the winner")),
        {"tickets": 10**12},
    ),
    Proof(
        "dur102_voucher",
        "code was",
        Specification({"delivered": 2}, ("deliver to store", "deliver to customer")),
        {"places": ["store", "customer"]},
    ),
    Proof(
        "dur103_order",
        "number of the order was",
        Specification({"paid": 1200}, ("charge", "ship")),
        {"cents": 1200},
    ),
    Proof(
        "dur103_guest",
        "number was",
        Specification({"table": "table for 4"}, ("book a table", "confirm")),
        {"guests": 4},
    ),
    Proof(
        "dur107_export",
        "slept again: 1 s in handler",
        Specification({"export": "EXPORT OF ORDERS"}, ("start the export", "fetch the export")),
        {"table": "orders"},
    ),
    Proof(
        "dur109_reminders",
        "NonDeterministicExecutionError",
        Specification({"reminded": 4}, ("remind ada", "remind edsger", "remind grace", "remind tony")),
        {"invoices": [{"customer": customer} for customer in ("tony", "grace", "ada", "edsger", "ada")]},
    ),
    Proof(
        "dur109_circular",
        "addresses was",
        Specification({"printed": 4}, ("print", "file")),
        {"customers": [{"address": address} for address in ("west", "north", "east", "west", "south")]},
    ),
    Proof(
        "dur113_parcel",
        "wrote again: packing P1",
        Specification({"parcel": "P1"}, ("pack", "hand over")),
        {"parcel": "P1"},
        severity=Severity.WARNING,
    ),
    Proof(
        "dur202_parcel",
        "NonDeterministicExecutionError",
        Specification(
            {"prepared": "label P1: done", "handed_over": "hand over P1: done"},
            ("pack P1", "label P1", "hand over P1"),
        ),
        {"parcel": "P1"},
    ),
    Proof(
        "dur202_quotes",
        "NonDeterministicExecutionError",
        Specification({"booking": "booked for 5"}, ("ask falcon", "ask heron", "book")),
        {"carriers": ["falcon", "heron"]},
    ),
    Proof(
        "dur204_notice",
        "the effects are ('store the address',) instead of",
        Specification({"stored": "ada: Main Street 1"}, ("store the address", "send notice")),
        {"customer": "ada", "address": "Main Street 1"},
    ),
    Proof(
        "dur204_stock",
        "not JSON serializable",
        Specification({"counted": 4}, ("count nail",)),
        {"item": "nail"},
    ),
    Proof(
        "dur204_restock",
        "the effects are ('count nails',) instead of",
        Specification({"counted": 4}, ("count nails", "carry 6 nails")),
        {"item": "nails"},
    ),
    Proof(
        "dur205_prices",
        "SerDesError",
        Specification({"prices": 42}, ("refresh the prices", "open north")),
        {"shop": "north"},
        refused="func is refresh_prices itself, which @durable_step decorates",
    ),
    Proof(
        "dur205_pages",
        "Unsupported type: <class 'function'>",
        Specification({"sides": ["text of the front", "text of the back"]}, ("read the front", "read the back")),
        refused="functions[1] is read_back itself",
    ),
    Proof(
        "dur207_ticket",
        "takes 1 positional argument but 2 were given",
        Specification({"ticket": "ticket for 7A"}, ("check the seat", "print the ticket")),
        {"seat": "7A"},
    ),
    Proof(
        "dur207_images",
        "takes 0 positional arguments but 1 was given",
        Specification({"count": 2}),
        {"images": ["a.png", "b.png"]},
    ),
    Proof(
        "dur207_consent",
        "takes 1 positional argument but 2 were given",
        Specification({"answer": "yes"}, ("write to ada",)),
        {"address": "ada"},
        World(callbacks={"consent create callback id": "yes"}),
    ),
    Proof(
        "dur208_trial",
        "the effects are ('open the account', 'close the account') instead of",
        Specification({"state": "billed"}, ("open the account", "bill")),
        harmless="cleanup that a suspension runs comes to nothing: its operations suspend again",
    ),
    Proof(
        "dur208_signature",
        "RuntimeError: nobody signed",
        Specification({"signature": "Ada L."}, ("file with Ada L.",)),
        world=World(callbacks={"signature_callback": "Ada L."}),
        refused="The suspension of result() of callback",
    ),
    Proof(
        "dur208_stubborn",
        "the effects are ('report given up',) instead of",
        Specification({"state": "printed"}, ("print p1", "report printed")),
        {"page": "p1"},
        refused="The suspension of step 'print_page' was swallowed",
    ),
    Proof(
        "dur210_stock",
        "StepError",
        Specification({"state": "out of stock"}, ("order more of nails",)),
        {"item": "nails"},
    ),
    Proof(
        "dur210_upload",
        "StepError",
        Specification({"total": 42}, ("refuse forty",)),
        {"texts": ["40", "forty", "2"]},
    ),
    Proof(
        "dur213_greeting",
        "has no attribute 'step'",
        Specification({"said": ["hello", "congratulations"]}, ("say hello", "say congratulations")),
        severity=Severity.WARNING,
    ),
    Proof(
        "dur301_debtors",
        "SerDesError",
        Specification({"debtors": 2}, ("find the debtors", "tell the bookkeeper")),
        {"invoices": [{"debtor": "ada"}, {"debtor": "tony"}, {"debtor": "ada"}]},
    ),
    Proof(
        "dur301_shift",
        "SerDesError",
        Specification({"hour": 23}, ("read the hour", "post the plan for 23")),
    ),
    Proof(
        "dur301_orders",
        "SerDesError",
        Specification(
            {"number": "A1", "missing": ["screws"], "bolts": True},
            ("load A1", "look at the stock", "order screws"),
        ),
        {"number": "A1"},
    ),
    Proof(
        "dur303_delivery",
        "not JSON serializable",
        Specification({"parcel": "P1", "planned": "2030-05-17T09:30:00"}, ("plan P1",)),
        {"parcel": "P1"},
    ),
    Proof(
        "dur303_shops",
        "not JSON serializable",
        Specification({"open": ["centre", "south"]}, ("look at centre", "look at north", "look at south")),
    ),
    Proof(
        "dur303_receipt",
        "not JSON serializable",
        Specification(
            {"order": "12345678-1234-5678-1234-567812345678", "euros": "12.50", "state": "paid"}, ("charge 12.50",)
        ),
        {"order": "12345678123456781234567812345678", "euros": "12.50"},
    ),
    Proof(
        "dur304_billing",
        "SerDesError",
        Specification({"billed": "3 bills"}),
        world=World(functions={"billing": "3 bills"}),
    ),
    Proof(
        "dur306_approval",
        "TypeError",
        Specification({"approved_by": "Grace"}, ("pay, approved by Grace",)),
        world=World(callbacks={"approval_callback": '{"by": "Grace"}'}),
    ),
    Proof(
        "dur306_payment",
        "TypeError",
        Specification({"booked": 1200}, ("ask ada", "book 1200")),
        {"customer": "ada"},
        World(callbacks={"payment create callback id": '{"cents": 1200}'}),
    ),
    Proof(
        "dur505_charges",
        "the effects are ('charge A3', 'charge A3', 'charge A3') instead of",
        Specification({"charged": ["charged A1", "charged A2", "charged A3"]}, ("charge A1", "charge A2", "charge A3")),
        {"orders": ["A1", "A2", "A3"]},
    ),
    Proof(
        "dur505_quotes",
        "the effects are ('ask heron', 'ask heron') instead of",
        Specification({"best": 6}, ("ask owl", "ask heron")),
        {"carriers": ["owl", "heron"], "weight": 2},
    ),
    Proof(
        "dur705_paint",
        "'int' object has no attribute 'to_seconds'",
        Specification({"coats": 2}, ("paint the first coat", "paint the second coat")),
        refused="wait: duration must be a Duration, got 90 (int)",
    ),
    Proof(
        "dur705_offer",
        "'datetime.timedelta' object has no attribute 'to_seconds'",
        Specification({"answer": "yes"}, ("send to ada",)),
        {"customer": "ada"},
        World(callbacks={"offer_callback": "yes"}),
        refused="CallbackConfig.timeout must be a Duration, got timedelta",
    ),
    Proof(
        "dur901_harvest",
        "unexpected keyword argument 'minutes'",
        Specification(
            {"before": "the meadow is wet", "after": "the meadow is dry"},
            ("water the meadow", "look at the meadow"),
        ),
        {"field": "the meadow"},
    ),
    Proof(
        "dur901_shipments",
        "positional arguments",
        Specification(["0: sent parcels", "1: sent letters", "2: sent papers", "3: sent cards"]),
    ),
    Proof(
        "dur902_forecast",
        "ImportError",
        Specification({"weather": "rain in Bergen"}, ("ask for Bergen",)),
        {"place": "Bergen"},
    ),
    Proof(
        "dur904_payment",
        "TypeError",
        Specification({"charged": 1200}, ("charge 1200",)),
        {"cents": 1200},
    ),
    Proof(
        "dur904_survey",
        "TypeError",
        Specification({"answer": "yes"}, ("ask: who is there", "note: yes")),
        {"question": "who is there"},
    ),
)

PROOFS: tuple[Proof, ...] = (*BY_FIX, *BY_HAND)
