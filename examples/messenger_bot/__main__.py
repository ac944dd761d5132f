"""Starts the bot.

python -m examples.messenger_bot --demo                              with a Sandbank server of its own
python -m examples.messenger_bot --sandbank http://127.0.0.1:8080    at one that runs
python -m examples.messenger_bot                                     as the environment says (settings.py)
"""

import argparse
import logging
import signal
import threading
import time
from collections.abc import Callable

from werkzeug.serving import make_server

from .app import Service, create_app
from .sandbank import own_server, settings_at
from .settings import Settings, from_environment


def main() -> None:
    arguments = argparse.ArgumentParser(prog="messenger_bot")
    where = arguments.add_mutually_exclusive_group()
    where.add_argument("--demo", action="store_true", help="start a Sandbank server as well")
    where.add_argument("--sandbank", metavar="URL", help="a Sandbank server, which tells the rest")
    arguments.add_argument("--world", default="default", help="of that server")
    arguments.add_argument("--port", type=int, default=5005)
    arguments.add_argument("--database", default=":memory:", metavar="FILE")
    asked = arguments.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("werkzeug").setLevel(logging.WARNING)

    def at(server: str) -> Settings:
        address = f"http://127.0.0.1:{asked.port}"
        return settings_at(server.rstrip("/"), address, world=asked.world, database=asked.database)

    if asked.demo:
        with own_server() as server:
            run(at(server), asked.port, lambda: invite(server))
    elif asked.sandbank:
        run(at(asked.sandbank), asked.port, lambda: invite(asked.sandbank))
    else:
        run(from_environment(), asked.port, lambda: None)


def invite(server: str) -> None:
    """Where to play the customer."""
    phone = f"{server}/_sandbox/phone"
    print(f"\n  Maya's phone is at {phone}\n  Say hi. At the bank: maya, sandbank, 123456\n", flush=True)


def run(settings: Settings, port: int, ready: Callable[[], None]) -> None:
    """Until it is interrupted."""
    stops = list[int]()
    for one in (signal.SIGINT, signal.SIGTERM):  # a terminal and make may both send one: the second changes nothing
        signal.signal(one, lambda number, _: stops.append(number))
    service = Service(settings)
    server = make_server("127.0.0.1", port, create_app(service), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        service.start()  # the platform calls back meanwhile
        ready()
        while not stops:  # an Event would not wake up for a signal that another thread got
            time.sleep(0.2)
    finally:
        server.shutdown()
        service.stop()


if __name__ == "__main__":
    main()
