"""Loans in a table that is handed in."""


class LoanRepository:
    """Reads and writes loans."""

    def __init__(self, table) -> None:
        self._table = table

    def save(self, loan: dict) -> None:
        self._table.put_item(Item=loan)

    def of_person(self, person: str) -> list[dict]:
        answer = self._table.query(
            IndexName="by_person",
            KeyConditionExpression="person = :person",
            ExpressionAttributeValues={":person": person},
        )
        return answer.get("Items", [])
