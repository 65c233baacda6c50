from vision.evaluation.resampling import resampled_interval


def test_one_group_has_no_interval() -> None:
    assert resampled_interval([1.0], sum) is None


def test_the_interval_holds_the_mean_and_narrows_with_more_groups() -> None:
    def mean(drawn: list[float]) -> float:
        return sum(drawn) / len(drawn)

    few = resampled_interval([0.0, 1.0] * 3, lambda drawn: mean(list(drawn)))
    many = resampled_interval([0.0, 1.0] * 60, lambda drawn: mean(list(drawn)))
    assert few is not None
    assert many is not None
    assert few.low < many.low < 0.5 < many.high < few.high


def test_a_figure_that_most_draws_lack_has_no_interval() -> None:
    assert resampled_interval([0.0, 1.0], lambda _drawn: None) is None
