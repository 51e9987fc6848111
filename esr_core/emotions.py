"""The emotion classes in their one fixed order, the dimensions of affect, colours, action units and parts of a face."""

from types import MappingProxyType
from typing import Literal

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

AFFECT: tuple[Literal["valence", "arousal"], ...] = ("valence", "arousal")
"""The dimensions of affect in the order of every head's outputs, each in [-1, 1]."""

COLOURS = MappingProxyType(
    {
        "neutral": "#6e6e6e",
        "happiness": "#e69f00",
        "sadness": "#0072b2",
        "surprise": "#56b4e9",
        "fear": "#cc79a7",
        "disgust": "#009e73",
        "anger": "#d55e00",
        "contempt": "#8c564b",
    }
)
"""One fixed colour per emotion, used wherever an emotion is drawn; told apart with colour-blind eyes, too."""

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

FACE_PARTS = MappingProxyType(
    {
        "left brow": "brows",
        "right brow": "brows",
        "left eye": "eyes",
        "right eye": "eyes",
        "nose": "nose",
        "mouth": "mouth",
        "left cheek": "cheeks",
        "right cheek": "cheeks",
        "forehead": "forehead",
        "chin": "chin",
        "outside": "outside",
    }
)
"""Parts of a picture of a face, each with its region; left and right are those of the picture."""

FACE_REGIONS: tuple[str, ...] = tuple(dict.fromkeys(FACE_PARTS.values()))
"""Regions of a picture of a face, in the order in which they are shown."""

ACTION_UNIT_REGIONS = MappingProxyType(
    {
        1: ("brows", "forehead"),
        2: ("brows", "forehead"),
        4: ("brows", "forehead"),
        5: ("eyes",),
        6: ("eyes", "cheeks"),
        7: ("eyes",),
        9: ("nose", "brows", "mouth"),
        12: ("mouth", "cheeks"),
        14: ("mouth", "cheeks"),
        15: ("mouth", "chin"),
        16: ("mouth", "chin"),
        20: ("mouth", "cheeks"),
        23: ("mouth",),
        26: ("mouth", "chin"),
    }
)
"""Regions in which an action unit shows most: our reading of its "appearance changes" in the Facial Action Coding
System (Ekman and Friesen 1978). The glabella, where AU4 makes its furrows, is part of the forehead here."""
