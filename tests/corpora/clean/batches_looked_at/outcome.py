def split(batch):
    good = batch.get_results()
    return good, batch.get_errors()


def summary(batch):
    return f"{batch.success_count} of {batch.total_count}"


class Report:
    def __init__(self, batch):
        self._batch = batch

    def lines(self):
        if self._batch.has_failure:
            return [str(error) for error in self._batch.get_errors()]
        return [str(result) for result in self._batch.get_results()]
