"""Run LocalStack in its own environment, for this machine alone, with its files in its own folder.

LocalStack 4.14.0 listens on every interface, whatever host GATEWAY_LISTEN names: its server makes the
endpoint from the port alone. And it keeps S3's objects in one folder of /tmp, wherever TMPDIR is, which two
of them would share: a bucket that one deletes takes the folder from the other's bucket of that name.
"""

from __future__ import annotations

import runpy
from functools import partial
from importlib import import_module
from typing import Any

endpoints: Any = import_module("twisted.internet.endpoints")
endpoints.TCP4ServerEndpoint = partial(endpoints.TCP4ServerEndpoint, interface="127.0.0.1")

store: Any = import_module("localstack.services.s3.storage.ephemeral").EphemeralS3ObjectStore
in_its_folder = store.__init__
store.__init__ = lambda self, root_directory=None: in_its_folder(self)  # None: a new folder in TMPDIR

runpy.run_module("localstack.runtime.main", run_name="__main__")
