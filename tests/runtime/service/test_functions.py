"""How handlers are found, and what is said when they are not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from durable_runtime.service.functions import FunctionLoadError, Functions, load_target


@pytest.fixture(autouse=True)
def imports() -> Iterator[None]:
    """Leave modules and path as they were."""
    path, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        del sys.modules[name]


def write(folder: Path, name: str, text: str = "def handler(event, context):\n    return event\n") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_loads_an_attribute_of_a_file(tmp_path: Path) -> None:
    file = write(tmp_path, "shop_orders.py")
    handler = load_target(f"{file}::handler")
    assert handler(5, None) == 5
    assert handler.__module__ == "shop_orders"
    assert load_target(f"{file}::handler") is handler


def test_a_file_may_import_its_neighbours(tmp_path: Path) -> None:
    write(tmp_path, "shop_prices.py", "PRICE = 3\n")
    file = write(tmp_path, "shop_orders.py", "import shop_prices\ndef handler(e, c): return shop_prices.PRICE\n")
    assert load_target(f"{file}::handler")(None, None) == 3


def test_loads_an_attribute_of_a_module(tmp_path: Path) -> None:
    write(
        tmp_path,
        "shop/orders.py",
        "class Api:\n    @staticmethod\n    def handler(event, context):\n        return 1\n",
    )
    sys.path.insert(0, str(tmp_path))
    assert load_target("shop.orders:Api.handler")(None, None) == 1


@pytest.mark.parametrize("name", ["json.py", "graphlib.py", "with.dots.py"])
def test_a_file_may_be_called_like_a_module(tmp_path: Path, name: str) -> None:
    file = write(tmp_path, name, "def handler(event, context):\n    return __name__\n")
    module = load_target(f"{file}::handler")(None, None)
    assert module not in ("json", "graphlib")
    assert sys.modules["json"].__name__ == "json"


def test_two_files_may_have_the_same_name(tmp_path: Path) -> None:
    files = [write(tmp_path, f"{n}/shop_orders.py", f"def handler(e, c): return {n}\n") for n in range(3)]
    handlers = [load_target(f"{file}::handler") for file in files]
    assert [handler(None, None) for handler in handlers] == [0, 1, 2]
    assert load_target(f"{files[1]}::handler") is handlers[1]


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("orders", "'orders' names no handler: write package.module:attribute or path/file.py::attribute"),
        ("orders:", "names no handler"),
        ("::handler", "names no handler"),
        ("missing.py::handler", r"there is no file .*/missing\.py"),
        ("shop.missing:handler", "there is no module 'shop.missing' on the import path; run from the folder it is in"),
        ("nowhere.orders:handler", "there is no module 'nowhere' on the import path"),
        ("shop.orders:handlr", "shop.orders has no attribute 'handlr'; did you mean 'handler'?"),
        ("shop/orders.py::other", r"shop/orders\.py has no attribute 'other'$"),
        ("shop.orders:LIMIT", "'LIMIT' in shop.orders is not callable: a handler is a function"),
        ("shop.wrong:handler", r"shop.wrong cannot be imported: .*/shop/wrong\.py, line 2: "),
        ("shop.raises:handler", r"shop.raises cannot be imported: KeyError: 'x' \(.*/shop/raises\.py, line 3\)"),
        ("shop.needs:handler", r"shop.needs cannot be imported: ModuleNotFoundError: No module named 'nothing_there'"),
        ("shop/raises.py::handler", r"shop/raises\.py cannot be imported: KeyError: 'x' \(.*, line 3\)"),
        ("shop.exits:handler", r"shop.exits cannot be imported: SystemExit: 4 \(.*/shop/exits\.py, line 2\)"),
        ("shop/exits.py::handler", r"shop/exits\.py cannot be imported: SystemExit: 4"),
        ("shop/orders.txt::handler", r"shop/orders\.txt is not a Python file"),
    ],
)
def test_says_what_is_wrong_and_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, message: str
) -> None:
    write(tmp_path, "shop/orders.py", "LIMIT = 3\ndef handler(event, context): ...\n")
    write(tmp_path, "shop/orders.txt")
    write(tmp_path, "shop/wrong.py", "a = 1\ndef handler(:\n")
    write(tmp_path, "shop/raises.py", "a = {}\n\na['x']\n")
    write(tmp_path, "shop/needs.py", "import nothing_there\n")
    write(tmp_path, "shop/exits.py", "import sys\nsys.exit(4)\n")
    monkeypatch.chdir(tmp_path)
    sys.path.insert(0, str(tmp_path))
    with pytest.raises(FunctionLoadError, match=message):
        load_target(target)


def test_a_module_that_failed_is_tried_again(tmp_path: Path) -> None:
    file = write(tmp_path, "shop_orders.py", "1 / 0\n")
    with pytest.raises(FunctionLoadError):
        load_target(f"{file}::handler")
    write(tmp_path, "shop_orders.py", "def handler(event, context): return 'now'\n")
    assert load_target(f"{file}::handler")(None, None) == "now"


def test_finds_the_most_particular_registration() -> None:
    def handler(event: Any, context: Any) -> None:
        """Nothing."""

    functions = Functions()
    plain = functions.register("orders", handler)
    live = functions.register("orders:live", handler, execution_timeout=60)
    only = functions.register("bills:7", handler)
    assert functions.find("orders") is plain
    assert functions.find("orders", "3") is plain
    assert functions.find("orders", "live") is live
    assert functions.find("bills", "$LATEST") is only
    assert functions.find("nope") is None
    assert [function.name for function in functions] == ["orders", "orders:live", "bills:7"]
