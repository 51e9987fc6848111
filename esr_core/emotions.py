"""The emotion classes in their one fixed order, their colours and the action units that define them."""

from types import MappingProxyType

EMOTIONS: tuple[str, ...] = (
    "neutral",
    "happiness",
    "sadness",
    "surprise",
    "fear",
    "disgust",
    "anger",
    "contempt",
)
"""The order of the paper's Figures 6 and 7; a class index anywhere is a position in a class list like this one."""

COLOURS = MappingProxyType(
    {
        "neutral": "#7f7f7f",
        "happiness": "#e69f00",
        "sadness": "#0072b2",
        "surprise": "#56b4e9",
        "fear": "#9467bd",
        "disgust": "#009e73",
        "anger": "#d55e00",
        "contempt": "#8c564b",
    }
)
"""One fixed colour per emotion, used wherever an emotion is drawn."""

FACS_PROTOTYPES = MappingProxyType(
    {
        "neutral": (),
        "happiness": (6, 12),
        "sadness": (1, 4, 15),
        "surprise": (1, 2, 5, 26),
        "fear": (1, 2, 4, 5, 7, 20, 26),
        "disgust": (9, 15, 16),
        "anger": (4, 5, 7, 23),
        "contempt": (12, 14),
    }
)
"""Action units of each emotion's prototype (EMFACS: Friesen and Ekman 1983; contempt is one-sided)."""

ACTION_UNIT_NAMES = MappingProxyType(
    {
        1: "inner brow raiser",
        2: "outer brow raiser",
        4: "brow lowerer",
        5: "upper lid raiser",
        6: "cheek raiser",
        7: "lid tightener",
        9: "nose wrinkler",
        12: "lip corner puller",
        14: "dimpler",
        15: "lip corner depressor",
        16: "lower lip depressor",
        20: "lip stretcher",
        23: "lip tightener",
        26: "jaw drop",
    }
)
"""Names of the action units above, from the Facial Action Coding System (Ekman and Friesen 1978)."""
