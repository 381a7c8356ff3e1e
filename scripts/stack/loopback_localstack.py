"""Run LocalStack so that only this machine can reach it. Runs in LocalStack's own environment, not in ours.

LocalStack 4.14.0 listens on every interface, whatever host GATEWAY_LISTEN names: its server makes the
endpoint from the port alone.
"""

from __future__ import annotations

import runpy
from functools import partial
from importlib import import_module
from typing import Any

endpoints: Any = import_module("twisted.internet.endpoints")
endpoints.TCP4ServerEndpoint = partial(endpoints.TCP4ServerEndpoint, interface="127.0.0.1")
runpy.run_module("localstack.runtime.main", run_name="__main__")
