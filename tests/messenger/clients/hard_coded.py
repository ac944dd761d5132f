"""pymessenger as it comes, which knows no host but graph.facebook.com: {token, psid} on stdin, what it was told out."""

import json
import sys

from pymessenger.bot import Bot

who = json.load(sys.stdin)
bot = Bot(who["token"])
json.dump([bot.send_text_message(who["psid"], text) for text in ("Four", "Five")], sys.stdout)
