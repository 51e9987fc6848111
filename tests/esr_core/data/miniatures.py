"""Miniature copies of data sets, laid out as their owners ship them, with drawn faces for pictures."""

from pathlib import Path

import numpy as np
from PIL import Image

from esr_core.data.builtin import sample_face


def save_face(path: Path, index: int = 0, side_px: int = 160) -> None:
    """A drawn photograph that the face detector finds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(sample_face(index % 8)).resize((side_px, side_px)).save(path)


def faces(folder: Path, *names: str) -> Path:
    """A folder with a drawn photograph under each name."""
    for index, name in enumerate(names):
        save_face(folder / name, index)
    return folder


def write(path: Path, text: str) -> None:
    """A text file, its folders made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="ascii")


def ck_plus(root: Path, as_unpacked: bool = False) -> Path:
    """Three sequences: happiness with action units, anger without, and one without an emotion."""
    pictures = root / ("extended-cohn-kanade-images/cohn-kanade-images" if as_unpacked else "cohn-kanade-images")
    emotions = root / ("Emotion_labels/Emotion" if as_unpacked else "Emotion")
    facs = root / ("FACS_labels/FACS" if as_unpacked else "FACS")
    for subject, sequence, frames in (("S005", "001", 11), ("S010", "002", 4), ("S010", "003", 5)):
        for frame in range(1, frames + 1):
            save_face(pictures / subject / sequence / f"{subject}_{sequence}_{frame:08d}.png", frame)
        (pictures / subject / ".DS_Store").touch()
        (emotions / subject / sequence).mkdir(parents=True)
    write(emotions / "S005/001/S005_001_00000011_emotion.txt", "   5.0000000e+00\n")
    write(emotions / "S010/002/S010_002_00000004_emotion.txt", "   1.0000000e+00\n")
    write(
        facs / "S005/001/S005_001_00000011_facs.txt",
        "   6.0000000e+00   0.0000000e+00\n   1.2000000e+01   4.0000000e+00\n",
    )
    return root


VOTES = {
    "fer0000000.png": (8, 1, 0, 0, 0, 0, 0, 0, 1, 0),  # neutral
    "fer0000002.png": (0, 9, 0, 0, 0, 0, 0, 0, 0, 1),  # happiness
    "fer0000003.png": (5, 5, 0, 0, 0, 0, 0, 0, 0, 0),  # no majority
    "fer0000004.png": (0, 1, 0, 0, 1, 0, 0, 0, 8, 0),  # unknown
}
SPLITS = ("train", "train", "validation", "test")
FOLDERS = {"train": "FER2013Train", "validation": "FER2013Valid", "test": "FER2013Test"}
USAGES = {"train": "Training", "validation": "PublicTest", "test": "PrivateTest"}


def fer_plus_labels(root: Path) -> Path:
    """The label.csv files alone."""
    lines: dict[str, str] = dict.fromkeys(FOLDERS, "")
    for (name, votes), split in zip(VOTES.items(), SPLITS, strict=True):
        lines[split] += f'{name},"(0, 0, 48, 48)",{",".join(map(str, votes))}\n'
    for split, text in lines.items():
        write(root / FOLDERS[split] / "label.csv", text)
    return root


def fer_plus_folders(root: Path) -> Path:
    """Pictures in folders with a label.csv each."""
    fer_plus_labels(root)
    for index, (name, split) in enumerate(zip(VOTES, SPLITS, strict=True)):
        save_face(root / FOLDERS[split] / name, index, side_px=48)
    return root


def grey_face(index: int) -> np.ndarray:
    """A drawn face as FER-2013 has it, uint8 (48, 48)."""
    return np.asarray(Image.fromarray(sample_face(index)).convert("L").resize((48, 48)))


def fer_plus_csv(root: Path) -> Path:
    """fer2013.csv beside fer2013new.csv, with a picture that FER+ leaves unnamed after the first."""
    pictures, labels = "emotion,pixels,Usage\n", "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,"
    labels += "fear,contempt,unknown,NF\n"
    names = list(zip(VOTES.items(), SPLITS, strict=True))
    for row, entry in enumerate([names[0], None, *names[1:]]):
        (name, votes), split = entry or (("", (0,) * 9 + (10,)), "train")
        pictures += f"0,{' '.join(map(str, grey_face(row).ravel()))},{USAGES[split]}\n"
        labels += f"{USAGES[split]},{name},{','.join(map(str, votes))}\n"
    write(root / "fer2013.csv", pictures)
    write(root / "fer2013new.csv", labels)
    return root


RATINGS = (  # expression, valence, arousal
    (1, 0.8, 0.3),
    (0, 0.0, 0.0),
    (8, -2, -2),
    (2, -2, -0.4),
    (7, -0.5, 0.2),
    (10, -2, -2),
)


def affectnet_first(root: Path) -> Path:
    """The release with CSV files; the faces' boxes are wider than high."""
    header = "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,valence,arousal\n"
    for name, folder in (("Manually_training.csv", "1"), ("Manually_validation.csv", "2")):
        lines = ""
        for index, rating in enumerate(RATINGS):
            save_face(root / "Manually_Annotated_Images" / folder / f"{index}.jpg", index)
            lines += f"{folder}/{index}.jpg,40,30,80,60,1;2;3,{','.join(map(str, rating))}\n"
        write(root / name, header + lines)
    return root


def affectnet_later(root: Path) -> Path:
    """The release with a label file per picture and value, saved as text as the owners do."""
    for folder in ("train_set", "val_set"):
        (root / folder / "annotations").mkdir(parents=True)
        for index, rating in enumerate(RATINGS):
            save_face(root / folder / "images" / f"{index}.jpg", index)
            for name, value in zip(("exp", "val", "aro"), rating, strict=True):
                np.save(root / folder / "annotations" / f"{index}_{name}.npy", np.array(str(value)))
            np.save(root / folder / "annotations" / f"{index}_lnd.npy", np.zeros(136))
    return root
