"""What can go wrong, said once. A bank says how it sounds (`banks/<slug>/errors.py`); OAuth endpoints speak RFC 6749.

Every error carries the rule it enforces, so that `GET /_sandbox/why/{id}` can explain it:
`rule` is the class's sentence, `detail` the case at hand, `facts` what was expected and what came, `hint` what would
work.
A face for an error is looked up along its class's ancestors, so that a bank need not name each of them.

One file for each kind of trouble, in the order in which they are looked through (`http/refusing.py`).
"""

from sandbox.kernel.errors.root import *
from sandbox.kernel.errors.request import *
from sandbox.kernel.errors.access import *
from sandbox.kernel.errors.missing import *
from sandbox.kernel.errors.state import *
from sandbox.kernel.errors.server import *
from sandbox.kernel.errors.affairs import *
