# expect-info
"""The steps of the archive."""

from aws_durable_execution_sdk_python import StepContext, durable_step

from archive import files


@durable_step
def load_photo(step_context: StepContext, key: str) -> str:
    return files.encoded(key)  # expect: DUR605[I] DUR805[W]


@durable_step
def load_description(step_context: StepContext, key: str) -> dict:
    return files.described(key)  # expect: DUR605[I]


@durable_step
def load_header(step_context: StepContext, key: str) -> str:
    return files.head(key).hex()  # expect: DUR605[I]


@durable_step
def load_mark(step_context: StepContext, key: str) -> str:
    return files.first_bytes(key)  # expect: DUR605[I]


@durable_step
def load_scan(step_context: StepContext, name: str) -> dict:
    return files.read_local(name)


@durable_step
def store_scan(step_context: StepContext, name: str) -> str:
    return files.stored(name)  # expect: DUR605[I]


@durable_step
def compare(step_context: StepContext, key: str) -> dict:
    return {"fingerprint": files.fingerprint(key), "size": files.size(key)}  # expect: DUR605[I]


@durable_step
def load_preview(step_context: StepContext, url: str) -> str:
    return files.preview(url).hex()  # expect: DUR605[I] DUR805[W]


@durable_step
def check_preview(step_context: StepContext, url: str) -> int:
    return files.status_of(url)


@durable_step
def load_catalogue(step_context: StepContext, path: str) -> list:
    return files.catalogue(path)  # expect: DUR805[W]


@durable_step
def load_years(step_context: StepContext, path: str) -> dict:
    return files.years(path)


@durable_step
def pack(step_context: StepContext, names: list) -> str:
    return files.packed(names)  # expect: DUR805[I]


@durable_step
def load_caption(step_context: StepContext, name: str) -> str:
    return files.caption(name)  # expect: DUR805[I]


@durable_step
def title_of(step_context: StepContext, photo: dict) -> str:
    return photo.get("title", "untitled")


@durable_step
def shrink(step_context: StepContext, photo: str, width: int) -> str:
    return f"{photo}@{width}"


@durable_step
def number(step_context: StepContext, shelf: str, box: int) -> str:
    return f"{shelf}/{box}"
