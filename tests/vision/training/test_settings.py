import pytest

from vision.errors import DatasetError
from vision.training.settings import TrainingSettings, changed, quick_try


def test_settings_are_changed_by_their_written_values() -> None:
    settings = changed(TrainingSettings(), {"refine_boxes": "false", "epochs": "3", "learning_rate": "0.01"})
    assert (settings.refine_boxes, settings.epochs, settings.learning_rate) == (False, 3, 0.01)
    assert settings.drop_cut_boxes


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("flavour", "1", "no training setting flavour"),
        ("refine_boxes", "yes", "true or false"),
        ("epochs", "many", "epochs is a number"),
        ("epochs", "0", "do not go together"),
        ("image_size_px", "650", "multiple of 32"),
        ("ppe_share", "0.9", "nothing for site-photos"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(name: str, value: str, reason: str) -> None:
    with pytest.raises(DatasetError, match=reason):
        changed(TrainingSettings(), {name: value})


def test_a_third_of_the_epochs_closes_without_mosaics() -> None:
    assert changed(TrainingSettings(), {"epochs": "60"}).closing_epoch == 40
    assert changed(TrainingSettings(), {"epochs": "60", "closing_share": "0"}).closing_epoch == 60


def test_a_try_is_small() -> None:
    assert quick_try().epochs * quick_try().pictures_per_epoch < 5000
