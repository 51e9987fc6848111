"""Text that is shown as it stands, whoever wrote it: addresses, names of files, of classes and of people.

Streamlit reads most text as Markdown, where an exclamation mark and brackets fetch a picture from anywhere.
"""

import re

MARKS = re.compile(r"[\\`*_\[\]<>#|~$:&!]|^[-+]|(?<=\d)[.)]$")
REPLACED = re.compile(r"--|->|<-|>=|<=")  # Streamlit makes signs of these wherever they stand, but in code


def for_markdown(text: str) -> str:
    """The text on one line, with everything escaped that Markdown or Streamlit would read as a mark."""
    return " ".join(map(_word_for_markdown, text.split()))


def _word_for_markdown(word: str) -> str:
    if REPLACED.search(word) and "`" not in word:
        return f"`{word}`"
    return MARKS.sub(lambda mark: f"\\{mark[0]}", word)
