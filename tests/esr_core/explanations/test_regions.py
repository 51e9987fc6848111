"""Shares of saliency against maps whose place is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from esr_core.data.face_parts import swap_sides, template_parts
from esr_core.emotions import FACE_PARTS, FACE_REGIONS
from esr_core.errors import ExplanationError
from esr_core.explanations import expected_regions, expected_share, part_shares, region_mask, region_shares
from esr_core.explanations.overlay import smoothed

PARTS = list(FACE_PARTS)


def part(name: str) -> np.ndarray:
    """A map (96, 96) that is 1 on a part and 0 elsewhere."""
    return (template_parts() == PARTS.index(name)).astype(float)


@pytest.mark.parametrize("name", PARTS)
def test_a_map_on_one_part_alone_has_all_its_share_there(name):
    shares = part_shares(part(name), template_parts())
    np.testing.assert_allclose(shares, [float(each == name) for each in PARTS], atol=1e-12)


def test_a_map_on_the_mouth_alone_has_mouth_share_one():
    shares = region_shares(part("mouth"), template_parts())
    assert shares[FACE_REGIONS.index("mouth")] == pytest.approx(1)
    assert shares.sum() == pytest.approx(1)


def test_a_mirrored_map_exchanges_left_and_right():
    maps = np.random.default_rng(0).random((5, 7, 7))
    shares, mirrored = (part_shares(each, template_parts()) for each in (maps, maps[..., ::-1]))
    exchanged = swap_sides(np.arange(len(PARTS)))
    np.testing.assert_allclose(mirrored, shares[:, exchanged], atol=1e-5)
    assert not np.allclose(shares, mirrored, atol=0.01)
    np.testing.assert_allclose(
        region_shares(maps, template_parts()), region_shares(maps[..., ::-1], template_parts()), atol=1e-5
    )


def test_two_thirds_and_one_third():
    saliency = 2 * part("left eye") / part("left eye").sum() + part("chin") / part("chin").sum()
    shares = dict(zip(FACE_REGIONS, region_shares(saliency, template_parts()), strict=True))
    assert shares["eyes"] == pytest.approx(2 / 3, abs=1e-6)
    assert shares["chin"] == pytest.approx(1 / 3, abs=1e-6)


def test_an_even_map_has_the_share_of_the_area():
    areas = np.bincount(template_parts().ravel(), minlength=len(PARTS)) / 96**2
    np.testing.assert_allclose(part_shares(np.ones((7, 7)), template_parts()), areas, atol=1e-6)


def test_an_empty_map_is_nowhere_and_leaves_the_others_alone():
    maps = np.stack([np.zeros((7, 7)), np.ones((7, 7)), -np.ones((7, 7))])
    shares = region_shares(maps, template_parts())
    assert np.isnan(shares[[0, 2]]).all()
    assert shares[1].sum() == pytest.approx(1)


def test_what_is_shown_is_what_is_counted():
    """The overlay's smooth map, not the grid's squares."""
    saliency = np.random.default_rng(1).random((7, 7))
    smooth = smoothed(saliency, 96)
    expected = [smooth[template_parts() == number].sum() / smooth.sum() for number in range(len(PARTS))]
    np.testing.assert_allclose(part_shares(saliency, template_parts()), expected, rtol=1e-5)


@given(hnp.arrays(np.float32, (2, 3, 6, 6), elements=st.floats(-1e3, 1e3, width=32)))
def test_shares_are_a_distribution_for_branches_and_classes(maps):
    shares = region_shares(maps, template_parts())
    assert shares.shape == (2, 3, len(FACE_REGIONS))
    has_evidence = (maps > 0).any(axis=(-2, -1))
    np.testing.assert_allclose(shares.sum(axis=-1)[has_evidence], 1, atol=1e-6)
    assert (shares[has_evidence] >= 0).all()
    assert np.isnan(shares[~has_evidence]).all()


def test_no_maps_have_no_shares():
    assert region_shares(np.empty((0, 7, 7)), template_parts()).shape == (0, len(FACE_REGIONS))


@pytest.mark.parametrize(
    ("maps", "parts", "told"),
    [
        (np.ones(7), template_parts(), r"maps must be \(..., h, w\), got \(7,\)"),
        (np.full((7, 7), np.nan), template_parts(), "maps must hold finite numbers, got nan"),
        (np.ones((7, 7)), np.zeros((96, 95), int), r"parts must be whole numbers \(S, S\), got int64 \(96, 95\)"),
        (np.ones((7, 7)), np.full((96, 96), 11), "parts must be in 0-10, got 11 to 11"),
    ],
)
def test_what_cannot_be_counted_is_named(maps, parts, told):
    with pytest.raises(ExplanationError, match=told):
        part_shares(maps, parts)


def test_a_mask_of_regions_is_where_they_are():
    parts = template_parts()
    both = region_mask(parts, ["mouth", "eyes"])
    names = np.array(list(FACE_PARTS))[parts]
    np.testing.assert_array_equal(both, np.isin(names, ["mouth", "left eye", "right eye"]))
    assert not region_mask(parts, []).any()
    assert region_mask(parts, FACE_REGIONS).all()
    with pytest.raises(ExplanationError, match=r"regions must be of brows, .*, got 'ears'"):
        region_mask(parts, ["ears"])


def test_regions_of_an_emotion_are_those_of_its_action_units():
    assert expected_regions("happiness") == ["eyes", "mouth", "cheeks"]
    assert expected_regions("surprise") == ["brows", "eyes", "mouth", "forehead", "chin"]
    assert expected_regions("neutral") == expected_regions("keen") == []


def test_the_expected_share_is_that_of_those_regions_together():
    shares = np.array([0.1, 0.2, 0.1, 0.3, 0.1, 0.1, 0.05, 0.05])  # brows eyes nose mouth cheeks forehead chin outside
    assert expected_share(shares, "happiness") == pytest.approx(0.2 + 0.3 + 0.1)
    assert np.isnan(expected_share(shares, "neutral"))
    assert np.isnan(expected_share(np.full(8, np.nan), "happiness"))
