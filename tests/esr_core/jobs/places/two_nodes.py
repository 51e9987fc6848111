"""A Ray cluster of two nodes with one core each on this machine's loopback, up until its standard input is closed.

Usage: python two_nodes.py PORT, of the dashboard. ``ray start`` refuses a second node on loopback, so that Ray's own
means for tests starts both. RAY_TMPDIR must be short: a socket's path has room for a hundred characters.
"""

import sys

from ray.cluster_utils import Cluster

NODE = {"num_cpus": 1, "node_ip_address": "127.0.0.1", "object_store_memory": 100 * 2**20}
DASHBOARD = {"include_dashboard": True, "dashboard_host": "127.0.0.1"}


def main(port: int) -> None:
    cluster = Cluster(initialize_head=True, head_node_args=NODE | DASHBOARD | {"dashboard_port": port})
    try:
        cluster.add_node(**NODE, dashboard_agent_listen_port=port + 1)
        cluster.wait_for_nodes()
        print("ready", flush=True)  # noqa: T201 - to whoever started it
        sys.stdin.read()
    finally:
        cluster.shutdown()


if __name__ == "__main__":
    main(int(sys.argv[1]))
