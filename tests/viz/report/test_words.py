"""Numbers in a report."""

from viz.report.words import Words, with_interval


def test_the_rounding_error_of_a_sum_is_shown_as_no_difference() -> None:
    assert with_interval(-1e-17, -0.057, 0.057, sign=True) == "+0.000 (-0.057,\u00a0+0.057)"
    assert with_interval(2e-5, 1e-5, 3e-5) == "2e-05 (1e-05,\u00a03e-05)"  # small, but not beside its interval


def test_versions_are_named_in_the_language_and_libraries_by_their_own_names() -> None:
    assert [Words(lang).version("engine") for lang in ("en", "ko")] == ["engine", "엔진"]
    assert Words("ko").version("numpy") == "numpy"
