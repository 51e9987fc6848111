"""Page Network: drawn from the controls, its blocks' maps from a picked run."""

import numpy as np
import pytest

from app.network.drawn_network import block_table
from app.network.feature_maps import GAP_PX, PICTURE_PX, montage
from app.network.network_choice import STYLE
from esr_core.config import NetworkConfig
from esr_core.networks import ESR, count_parameters
from esr_core.networks.cost import multiply_adds
from tests.app.conftest import html, open_page, sentences, store_run


def metrics(app) -> list[tuple[str, str]]:
    return [(metric.value, metric.delta) for metric in app.metric]


def test_a_run_s_name_has_the_width_that_it_needs():
    assert STYLE in html(open_page("network"))


def test_the_level_moves_parameters_and_multiply_adds(store):
    app = open_page("network")
    assert not app.exception
    assert metrics(app)[0] == ("355,104", "−32.3 % against TE-4")  # the paper's Table 1
    app.slider(key="network_level").set_value(0).run()
    whole = 4 * sum(multiply_adds("lab"))
    assert metrics(app) == [("524,832", "this is TE-4"), (f"{whole / 1e6:,.0f} million", "this is TE-4")]
    assert "Pick runs in the sidebar" in sentences(app)


def test_a_shared_block_is_shown_once_and_others_for_each_branch(store):
    store_run(store, "esr", level=3, branches=2)
    store_run(store, "wild", level=4, branches=1, architecture="wild", affect_head=True)
    app = open_page("network", runs="esr,wild")
    assert not app.exception
    assert app.button_group(key="network_block").value == 5, "the last"
    assert html(app).count('alt="feature maps of block 5, branch') == 2
    app.button_group(key="network_block").set_value(3).run()
    assert html(app).count('alt="feature maps of block 3, all branches"') == 1
    app.button_group(key="network_architecture").set_value("wild").run()
    app.button_group(key="network_block").set_value(8).run()
    assert not app.exception
    assert "has 5 blocks: choose one of these" in sentences(app)
    app.button_group(key="network_block").set_value(3).run()
    app.selectbox(key="network_run").set_value("wild").run()
    assert not app.exception
    assert app.slider(key="network_level").max == 8
    assert metrics(app)[0][0] == f"{count_parameters(ESR('wild', 4, affect_head=True)).total:,}"
    assert html(app).count('alt="feature maps of block 3, branch 1"') == 1, "a single network shares nothing"


def test_a_level_chosen_before_the_chosen_runs_network_is_shown_is_one_of_that_network(store):
    store_run(store, "esr", level=3, branches=2)
    store_run(store, "wild", level=4, branches=1, architecture="wild")
    app = open_page("network", runs="esr,wild")
    before = app.text_input(key="shown-network").value
    app.selectbox(key="network_run").set_value("wild").run()
    app.text_input(key="shown-network").set_value(before)
    app.button_group(key="network_architecture").set_value("lab")
    app.number_input(key="network_branches").set_value(2)
    app.slider(key="network_level").set_value(1).run()
    assert metrics(app)[0][0] == f"{count_parameters(ESR('wild', 1)).total:,}"
    assert app.number_input(key="network_branches").value == 1


def test_the_saved_table_adds_up_to_the_networks_cost():
    network = NetworkConfig(branching_level=3, num_branches=4)
    table = block_table(network)
    linear = 4 * (64 * 8 + 8)
    assert (table["copies"] * table["parameters of one"]).sum() + linear == 355_104
    assert table["copies"].tolist() == [1, 1, 1, 4, 4]
    assert table["multiply-adds of one"].tolist() == list(multiply_adds("lab"))


@pytest.mark.parametrize(("count", "side"), [(1, 1), (32, 6), (64, 8), (512, 8)])
def test_the_strongest_maps_stand_first_in_a_square(count, side):
    maps = np.zeros((count, 2, 2), dtype=np.float32)
    maps[-1] = 1.0
    picture = montage(maps)
    assert picture.shape == (PICTURE_PX, PICTURE_PX, 3)
    cell = PICTURE_PX // side
    first = picture[: cell - GAP_PX, : cell - GAP_PX].reshape(-1, 3)
    assert len(np.unique(first, axis=0)) == 1
    if count > 1:
        assert (picture[0, cell] != first[0]).any(), "maps that say nothing have the first colour"
