"""The bare connections of ``bench.sessions`` say what a browser would, and hear when a script has ended."""

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from bench import sessions
from bench.app import NETWORKS


class Connection:
    """A session whose answers are known."""

    def __init__(self, answers: list[ForwardMsg]) -> None:
        self.sent: list[bytes] = []
        self.answers = [answer.SerializeToString() for answer in answers]

    def send(self, message: bytes) -> None:
        self.sent.append(message)

    def recv(self, timeout: float) -> bytes:
        return self.answers.pop(0)


@pytest.mark.parametrize("page", sessions.PAGES)
def test_a_page_is_asked_for_as_streamlits_own_messages_do(page):
    asked = BackMsg.FromString(sessions.asked_for(page)).rerun_script
    assert (asked.page_name, asked.query_string) == (page, f"runs={','.join(NETWORKS)}&face=sample-0")


def test_a_switch_ends_with_the_script_and_not_before():
    drawn, ended, next_one = ForwardMsg(), ForwardMsg(hash="h"), ForwardMsg()
    drawn.delta.new_element.html.body = "a" * 1000
    ended.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
    next_one.session_event.script_changed_on_disk = False
    connection = Connection([drawn, ended, next_one])
    sessions.switch_s(connection, "")
    assert connection.sent == [sessions.asked_for("")]
    assert connection.answers == [next_one.SerializeToString()]
