"""What stands between a rendered picture and the camera's: weather, dirt, sensor, and outlines in it."""

import numpy as np
import pytest

from sample_footage.render.air import through_air
from sample_footage.render.dirt import Dirt
from sample_footage.render.outline import fill, outline
from sample_footage.render.sensor import expose
from sample_footage.render.weather import Weather, clear, fog, rain, snowing

HEIGHT_PX, WIDTH_PX = 90, 160


@pytest.fixture
def picture() -> np.ndarray:
    """Dark and light columns: something to lose sight of."""
    columns = np.where(np.arange(WIDTH_PX) // 8 % 2 == 0, 40, 200).astype(np.uint8)
    return np.repeat(np.broadcast_to(columns, (HEIGHT_PX, WIDTH_PX))[:, :, None], 3, axis=2)


def contrast(image: np.ndarray) -> float:
    return float(image.astype(float).mean(axis=(0, 2)).std())


def test_fog_takes_contrast_away_with_distance(picture: np.ndarray) -> None:
    rng = np.random.default_rng(1)
    near, far = (np.full((HEIGHT_PX, WIDTH_PX), depth, np.float32) for depth in (8.0, 40.0))
    thin, thick = fog(0.3), fog(1.0)
    assert contrast(through_air(picture, near, thin, 1.0, rng)) > contrast(through_air(picture, far, thin, 1.0, rng))
    assert contrast(through_air(picture, far, thin, 1.0, rng)) > 5
    assert contrast(through_air(picture, far, thick, 1.0, rng)) < 1
    assert thick.is_blinding
    assert not thin.is_blinding


def test_clear_air_leaves_what_is_near_almost_as_it_is(picture: np.ndarray) -> None:
    depth = np.full((HEIGHT_PX, WIDTH_PX), 20.0, np.float32)
    seen = through_air(picture, depth, clear(0.1), 1.0, np.random.default_rng(1))
    assert np.abs(seen.astype(int) - picture).mean() < 6


@pytest.mark.parametrize("weather", [rain(0.8), snowing(0.8, 0.6)])
def test_what_falls_is_new_in_every_picture(picture: np.ndarray, weather: Weather) -> None:
    depth, rng = np.full((HEIGHT_PX, WIDTH_PX), 30.0, np.float32), np.random.default_rng(1)
    one, two = (through_air(picture, depth, weather, 1.0, rng) for _ in range(2))
    assert (one != two).any()
    assert weather.wetness > 0


def test_weather_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="none of clear"):
        Weather("hail", 0.5)
    with pytest.raises(ValueError, match="snow_cover must lie between 0 and 1"):
        clear(0.5, snow_cover=1.2)


def test_dirt_stays_where_it_is_and_grows(picture: np.ndarray) -> None:
    dirt = Dirt(np.random.default_rng(3), WIDTH_PX, HEIGHT_PX)
    changes = [np.abs(dirt.on(picture, strength).astype(int) - picture).mean() for strength in (0.0, 0.3, 1.0)]
    assert changes[0] == 0
    assert changes[0] < changes[1] < changes[2]
    assert np.array_equal(dirt.on(picture, 0.3), dirt.on(picture, 0.3))


def test_a_sensor_is_noisier_by_night_and_its_noise_is_new_in_every_picture(picture: np.ndarray) -> None:
    rng = np.random.default_rng(5)
    flat = np.full_like(picture, 60)
    one, two = ([expose(flat, rng, gain).astype(int) for _ in range(2)] for gain in (1.0, 4.0))
    day, night = (float((first - second).std()) for first, second in (one, two))
    assert 0.5 < day < night / 1.5


def test_an_outline_is_the_hull_cut_at_the_pictures_edge() -> None:
    spots = np.array([(-40.0, 20.0), (40.0, 20.0), (40.0, 60.0), (-40.0, 60.0), (0.0, 40.0)])
    polygon = outline(spots, WIDTH_PX, HEIGHT_PX)
    assert sorted(polygon) == [(0.0, 20.0), (0.0, 60.0), (40.0, 20.0), (40.0, 60.0)]
    mask = fill(polygon, WIDTH_PX, HEIGHT_PX)
    assert mask.sum() == 40 * 40
    assert mask[20:60, :40].all()


def test_an_outline_beside_the_picture_holds_nothing() -> None:
    spots = np.array([(-40.0, 20.0), (-10.0, 20.0), (-10.0, 60.0)])
    assert fill(outline(spots, WIDTH_PX, HEIGHT_PX), WIDTH_PX, HEIGHT_PX).sum() == 0
