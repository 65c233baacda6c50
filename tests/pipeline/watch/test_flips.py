from pipeline.watch.flips import MOST_CHANGES, Flips


def after(flips: Flips, *changes_at_s: float) -> Flips:
    for at_s in changes_at_s:
        flips = flips.after(at_s, has_changed=True)
    return flips


def test_as_many_changes_as_are_allowed_are_news_each() -> None:
    flips = after(Flips(), *range(0, 60, 10))
    assert (flips.count, flips.is_intermittent) == (MOST_CHANGES, False)


def test_one_more_within_ten_minutes_makes_the_camera_intermittent() -> None:
    assert after(Flips(), *range(0, 70, 10)).is_intermittent
    assert after(Flips(), 0, 90, 180, 270, 360, 450, 599).is_intermittent
    assert not after(Flips(), 0, 100, 200, 300, 400, 500, 600).is_intermittent


def test_further_changes_are_counted_until_somebody_is_told() -> None:
    flips = after(Flips(), *range(0, 100, 10))
    assert (flips.untold, flips.is_to_be_summed_up(119.0), flips.is_to_be_summed_up(120.0)) == (3, False, True)
    assert (flips.told(120.0).untold, flips.told(120.0).is_to_be_summed_up(400.0)) == (0, False)


def test_two_quiet_minutes_make_it_steady() -> None:
    flips = after(Flips(), *range(0, 70, 10))
    assert flips.after(179.0, has_changed=False).is_intermittent
    steady = flips.after(180.0, has_changed=False)
    assert (steady.is_intermittent, steady.untold) == (False, 0)


def test_a_camera_that_begins_again_is_intermittent_at_once_while_the_window_remembers() -> None:
    steady = after(Flips(), *range(0, 70, 10)).after(200.0, has_changed=False)
    assert steady.after(210.0, has_changed=True).is_intermittent
    assert not steady.after(700.0, has_changed=True).is_intermittent


def test_a_change_after_a_silence_of_more_than_the_window_is_news() -> None:
    flips = after(Flips(), *range(0, 70, 10)).after(1000.0, has_changed=True)
    assert (flips.count, flips.is_intermittent, flips.untold) == (1, False, 0)
