from .base import Workflow
from .ports import Bank, Mail


class RefundWorkflow(Workflow):
    def __init__(self, context, bank: Bank | None = None, mail: Mail | None = None):
        super().__init__(context)
        self.bank = bank or Bank()
        self.mail = mail or Mail()

    def steps(self, event: dict) -> dict:
        account = self.run("find_account", self.bank.account, event["customer"])
        for attempt in range(3):
            transfer = self.run(
                f"transfer_refund_{attempt}", self.bank.transfer, account, event["cents"], f"{event['id']}-refund"
            )
            if transfer["state"] == "done":
                break
        self.run("send_receipt", self.mail.send, event["mail"], transfer["id"])
        return {"transfer": transfer["id"]}
