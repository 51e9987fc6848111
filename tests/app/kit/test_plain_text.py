import re

import pytest

from app.kit.plain_text import for_markdown


def seen(markdown: str) -> str:
    """What a reader of Markdown sees of escaped marks and code."""
    return re.sub(r"`([^`]+)`|\\([!-/:-@[-`{-~])", lambda found: found[1] or found[2], markdown)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("![x](http://a/b.png)", r"\!\[x\](http\://a/b.png)"),
        ("<b>bold</b> & _soft_", r"\<b\>bold\</b\> \& \_soft\_"),
        (":red[x] $y$ `z` #1 a|b ~c~ *d*", r"\:red\[x\] \$y\$ \`z\` \#1 a\|b \~c\~ \*d\*"),
        ("1. first", r"1\. first"),
        ("- item\n\n+ item", r"\- item \+ item"),
        ("name it with --labels -> then", "name it with `--labels` `->` then"),
        ("plain words, p.png, 3 x 4", "plain words, p.png, 3 x 4"),
    ],
)
def test_marks_of_markdown_are_shown_and_not_followed(text, escaped):
    assert for_markdown(text) == escaped
    assert seen(escaped) == " ".join(text.split())
