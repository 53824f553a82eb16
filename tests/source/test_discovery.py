"""Which files are looked at."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from durable_lint.source.discovery import Exclusion, discover

Tree = Callable[..., Path]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    def make(*names: str, **contents: str) -> Path:
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(contents.get(path.name.lstrip(".").replace(".", "_"), ""))
        return tmp_path

    return make


def found(root: Path, *paths: str, exclusion: Exclusion | None = None, **options: bool) -> list[str]:
    given = [os.path.join(root, path) for path in paths or ("",)]
    files = discover(given, exclusion or Exclusion(str(root)), **options)
    return [os.path.relpath(file, root).replace(os.sep, "/") for file in files]


def problems(*paths: str) -> tuple[list[str], list[tuple[str, str]]]:
    said: list[tuple[str, str]] = []
    return list(discover(paths, Exclusion("/"), problem=lambda path, message: said.append((path, message)))), said


def test_python_files_in_the_order_of_names(tree: Tree) -> None:
    root = tree("b.py", "a.pyi", "c.txt", "B/z.py", "a/x.py", "a/b/y.py", ".hidden.py")
    assert found(root) == [".hidden.py", "a.pyi", "b.py", "B/z.py", "a/x.py", "a/b/y.py"]


def test_each_file_once(tree: Tree) -> None:
    root = tree("a/b.py", "c.py")
    assert found(root, "a/b.py", "a", "", "a/../c.py") == ["a/b.py", "c.py"]


def test_a_named_file_needs_no_extension(tree: Tree) -> None:
    assert found(tree("script"), "script") == ["script"]


def test_default_exclusions(tree: Tree) -> None:
    root = tree(
        "a.py", ".venv/b.py", "x/node_modules/c.py", "__pycache__/d.py", ".aws-sam/build/e.py", "distances/f.py"
    )
    assert found(root) == ["a.py", "distances/f.py"]
    assert found(root, ".venv/b.py", ".venv") == [".venv/b.py"]
    assert found(root, ".venv/b.py", ".venv", "a.py", force_exclude=True) == ["a.py"]


def test_a_project_inside_an_excluded_name(tree: Tree) -> None:
    root = tree("dist/a.py")
    assert found(root / "dist", "a.py", force_exclude=True) == ["a.py"]
    assert found(root, "dist/a.py", exclusion=Exclusion("/elsewhere"), force_exclude=True) == ["dist/a.py"]


def test_patterns_beyond_names(tree: Tree) -> None:
    root = tree("a/gen/b.py", "a/c.py")
    exclusion = Exclusion(str(root), frozenset(), lambda path: path.endswith("/gen"))
    assert found(root, exclusion=exclusion) == ["a/c.py"]
    assert found(root, "a/gen/b.py", exclusion=exclusion, force_exclude=True) == []


def test_gitignore(tree: Tree) -> None:
    root = tree(
        ".git/HEAD", ".gitignore", "a.py", "build.py", "keep/build.py", "out/x.py", "sub/out/x.py", "gen/deep/a.py",
        gitignore="# comment\n\nbuild.py\n/out/\n!keep/build.py\ngen/*\n",
    )  # fmt: skip
    (root / "sub" / ".gitignore").write_text("!build.py\nown.py\n")
    (root / "sub" / "build.py").touch()
    (root / "sub" / "own.py").touch()
    assert found(root) == ["a.py", "keep/build.py", "sub/build.py", "sub/out/x.py"]
    assert found(root, "sub") == ["sub/build.py", "sub/out/x.py"]
    assert found(root, "keep", "gen/deep") == ["keep/build.py"]
    assert found(root, "build.py", "out/x.py") == ["build.py", "out/x.py"]
    assert found(root, "build.py", "out/x.py", "a.py", "sub/build.py", force_exclude=True) == ["a.py", "sub/build.py"]
    assert "out/x.py" in found(root, respect_gitignore=False)


def test_gitignore_outside_a_repository_counts_from_where_we_start(tree: Tree) -> None:
    root = tree(".gitignore", "a/x.py", "a/.gitignore", "a/y.py", gitignore="x.py\n")
    (root / "a" / ".gitignore").write_text("y.py\n")
    assert found(root, "a") == ["a/x.py"]
    assert found(root) == []


def test_a_broken_line_in_gitignore_is_passed_over(tree: Tree) -> None:
    assert found(tree(".git/HEAD", ".gitignore", "a.py", "b.py", gitignore="!\n/\n***\\\na.py\n")) == ["b.py"]


def test_pathspec_is_imported_for_gitignore_only(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pathspec", None)
    root = tree(".git/HEAD", ".gitignore", "a.py", gitignore="# nothing\n\n")
    assert found(root) == ["a.py"]


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    missing = str(tmp_path / "no.py")
    assert problems(missing) == ([], [(missing, "No such file or directory")])


def test_lock_links_of_emacs_are_no_files(tree: Tree) -> None:
    root = tree("a.py")
    (root / ".#a.py").symlink_to("somebody@somewhere.1234:5678")
    assert found(root) == ["a.py"]


def test_links(tree: Tree) -> None:
    root = tree("real/a.py")
    (root / "real" / "loop").symlink_to(root / "real", target_is_directory=True)
    (root / "real" / "dir.py").symlink_to(root / "real", target_is_directory=True)
    (root / "link.py").symlink_to(root / "real" / "a.py")
    (root / "gone.py").symlink_to(root / "nothing")
    (root / "self.py").symlink_to(root / "self.py")
    os.mkfifo(root / "pipe.py")
    assert found(root) == ["gone.py", "link.py", "self.py", "real/a.py"]
    assert found(root, "real/loop") == ["real/loop/a.py"]
    files, said = problems(str(root / "self.py"))
    assert files == []
    assert "symbolic links" in said[0][1]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_forbidden_directories_are_told(tree: Tree) -> None:
    root = tree("a/b.py", "c.py")
    (root / "a").chmod(0)
    files, said = problems(str(root))
    (root / "a").chmod(0o700)
    assert files == [str(root / "c.py")]
    assert said == [(str(root / "a"), "Permission denied")]


def test_names_that_are_no_text(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.py")
    (tmp_path / name).touch()
    assert found(tmp_path) == [name]
    assert problems("nul\0.py")[1][0][1]
