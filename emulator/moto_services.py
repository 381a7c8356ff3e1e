"""moto's services in this process, as one WSGI application."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, request
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import FakeBucket
from werkzeug.exceptions import HTTPException, NotFound

from emulator.s3_hosts import virtual_host
from emulator.s3_versions import page_by_markers
from emulator.wire import NotEmulated, read_body, signed_service


class MotoServices:
    """Every AWS service that moto has, in process and reachable only through this emulator."""

    def __init__(self) -> None:
        _keep_bucket_policies_unread()
        page_by_markers()
        self._dispatcher = _Dispatcher(_service_app)
        self._conditional = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request; raises `NotEmulated` for a service or operation that moto has not."""
        _to_path_style(environ)
        try:
            if _is_conditional_write(environ):
                environ["wsgi.input"] = io.BytesIO(read_body(environ))
                # moto looks and then writes, so that two clients could both find nothing there
                with self._conditional:
                    return self._answer(environ, start_response)
            return self._answer(environ, start_response)
        except NotImplementedError as error:
            raise NotEmulated(str(error) or "The operation is not implemented") from error

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer: Iterable[bytes] = self._dispatcher(environ, start_response)
        return answer

    def preload(self, services: Iterable[str]) -> None:
        """Build the applications of services that nearly every user needs, so that no request waits."""
        for service in services:
            self._dispatcher.app_instances[service] = _service_app(service)


class _Dispatcher(DomainDispatcherApplication):
    """moto's choice of a service by request, remembered for each host, with an error for unknown services."""

    def __init__(self, create_app: Callable[[Any], Flask]) -> None:
        super().__init__(create_app)
        self._backends: dict[str, str] = {}

    def get_backend_for_host(self, host: str | None) -> str | None:
        """The name of moto's backend for a host name; raises `NotEmulated` if there is none."""
        if host is None:
            return None
        if host not in self._backends:
            self._backends[host] = self._find(host)
        return self._backends[host]

    def _find(self, host: str) -> str:
        if host == "moto_api":
            raise NotEmulated("moto's own API is not part of this emulator")
        for backend, pattern in self.backend_url_patterns:
            if pattern.match(f"http://{host}"):
                return backend
        if "." not in host:
            return host  # the dispatcher already gives the name of a backend
        raise NotEmulated(f"The service at {host} is not emulated")


def _keep_bucket_policies_unread() -> None:
    """Who may do what is not checked here, and moto reads bucket policies without their conditions.

    The usual policy, which denies all that does not come over TLS, would close a bucket for everybody.
    """

    def neutral(bucket: FakeBucket, action: str, resource: str) -> object:
        from moto.iam.access_control import PermissionResult  # not before it is asked for: it takes long

        return PermissionResult.NEUTRAL

    FakeBucket.get_permission = neutral  # type: ignore[method-assign, assignment]


def _to_path_style(environ: WSGIEnvironment) -> None:
    """Bring the bucket of a virtual-hosted S3 request into its path.

    moto guesses buckets from any host name with a dot; with this it finds them in paths alone.
    """
    if signed_service(environ) not in ("s3", None):
        return
    named = virtual_host(environ)
    environ["HTTP_HOST"] = f"localhost:{environ['SERVER_PORT']}"
    if named:
        for name in ("PATH_INFO", "RAW_URI"):
            environ[name] = f"/{named.bucket}{environ[name]}"


def _is_conditional_write(environ: WSGIEnvironment) -> bool:
    conditional = "HTTP_IF_NONE_MATCH" in environ or "HTTP_IF_MATCH" in environ
    return conditional and environ["REQUEST_METHOD"] in ("PUT", "POST")


def _service_app(service: Any) -> Flask:
    app = create_backend_app(service)
    if service == "sns":
        from emulator.sns_deliveries import keep_failures_from_publishers

        keep_failures_from_publishers()
    if service == "s3":
        app.before_request(_keep_body)
    app.debug = False
    app.config["PROPAGATE_EXCEPTIONS"] = True  # so that the gateway can answer in AWS's shape
    app.register_error_handler(404, _unknown_path)
    return app


def _keep_body() -> None:
    """Read the body before it is taken for a form by its type: such an object was stored empty."""
    request.get_data()


def _unknown_path(error: HTTPException) -> HTTPException:
    # moto's own errors are subclasses; the plain one is the router's: no operation at this path
    if type(error) is NotFound:
        raise NotEmulated("No emulated operation has this path")
    return error
