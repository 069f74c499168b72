"""The prose of docstrings and comments, by word counts."""

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("simcore", "scenarios", "agents", "staff_ai", "logistics", "viz", "benchmarks")
MOST_PER_1000 = {"what": 2.0, "one": 3.0}  # well above good technical English, and well below a habit
FEWEST_WORDS = 1000  # a package with fewer is counted as if it had these
FORMS = {"what": "what", "one": "one", "ones": "one"}
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def prose_of(source: str) -> Iterator[str]:
    """Yield the docstrings and comments of a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, DOCUMENTED):
            yield ast.get_docstring(node) or ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def count_words(source: str) -> Counter[str]:
    """Return the number of words of the prose, as ``words``, and of each counted word in all its forms."""
    words = [word for text in prose_of(source) for word in re.findall(r"[a-z][a-z'-]*", text.lower())]
    return Counter([FORMS[word] for word in words if word in FORMS]) + Counter(words=len(words))


def test_words_of_docstrings_and_comments_are_counted_and_words_of_code_are_not() -> None:
    source = '"""What one does."""\nwhat = "one"  # the ones that count\none = 1\n'
    assert count_words(source) == {"words": 7, "what": 1, "one": 2}


@pytest.mark.parametrize("package", PACKAGES)
def test_docstrings_and_comments_use_nouns_in_place_of_what_and_one(package: str) -> None:
    paths = sorted((ROOT / package).rglob("*.py"))
    counts = {path.relative_to(ROOT).as_posix(): count_words(path.read_text(encoding="utf-8")) for path in paths}
    n_words = max(FEWEST_WORDS, sum(count["words"] for count in counts.values()))
    for word, most in MOST_PER_1000.items():
        worst = sorted(counts, key=lambda name: -counts[name][word])[:5]
        per_1000 = 1000.0 * sum(count[word] for count in counts.values()) / n_words
        listed = ", ".join(f"{name} ({counts[name][word]})" for name in worst)
        assert per_1000 <= most, f"{word!r}: {per_1000:.1f} per 1,000 words, at most {most:g}; most in {listed}"
