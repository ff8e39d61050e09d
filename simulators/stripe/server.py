"""The processor's API over HTTP, with idempotency keys and faults."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

from simulators.stripe.faults import ANSWERS, Fault, Faults
from simulators.stripe.forms import nested
from simulators.stripe.state import Declined, Missing, State

Object = dict[str, Any]
Answer = tuple[int, Object]


class StripeSimulator:
    """A processor on a port of this machine. `state` and `faults` are for tests to reach into."""

    def __init__(self, secret_key: str) -> None:
        self.state, self.faults = State(), Faults()
        self._secret_key = secret_key
        # As the real one: also an error is answered again under its key.
        self._answers: dict[str, tuple[str, Answer]] = {}
        # Cleared by a test that does something to the caller between effect and answer.
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self, port: int = 0) -> None:
        """Serves on 127.0.0.1; `url` says where."""
        application = web.Application()
        application.router.add_route("*", "/v1/{path:.*}", self._handle)
        self._runner = web.AppRunner(application)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        bound = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{bound}"

    def forget_keys(self) -> None:
        """What the real one does after a day."""
        self._answers.clear()

    async def stop(self) -> None:
        """Serves no longer."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("authorization") != f"Bearer {self._secret_key}":
            return _response(401, {"error": {"type": "invalid_request_error"}})
        path = request.match_info["path"]
        if request.method == "GET":
            return _response(*_tried(lambda: (200, self._read(path, dict(request.query)))))
        form = nested([(key, str(value)) for key, value in (await request.post()).items()])
        fault = self.faults.take(path)
        if fault in (Fault.CONFLICT, Fault.TOO_MANY):
            status, kind = ANSWERS[fault]
            return _response(status, {"error": {"type": kind, "message": "Later."}})
        answer = self._once(path, form, request.headers.get("idempotency-key", ""), fault)
        await self.may_answer.wait()
        if fault is Fault.LOST_ANSWER:
            assert request.transport is not None
            request.transport.abort()
        return _response(*answer)

    def _once(self, path: str, form: Object, key: str, fault: Fault | None) -> Answer:
        if key in self._answers:
            asked, answer = self._answers[key]
            if asked != f"{path} {form}":
                error = {"type": "idempotency_error", "message": "The key was used otherwise."}
                return 400, {"error": error}
            return answer
        answer = (500, {}) if fault is Fault.ERROR else self._write(path, form)
        if fault in (Fault.ERROR, Fault.ERROR_AFTER_EFFECT):
            status, kind = ANSWERS[fault]
            answer = status, {"error": {"type": kind, "message": "Something is wrong."}}
        if key:
            self._answers[key] = (f"{path} {form}", answer)
        return answer

    def _write(self, path: str, form: Object) -> Answer:
        makers: dict[str, Callable[[Object], Object]] = {
            "customers": self.state.make_customer,
            "checkout/sessions": self.state.open_session,
            "payment_intents": self.state.charge,
            "refunds": self.state.refund,
        }
        if path not in makers:
            return 404, {"error": {"type": "invalid_request_error", "message": path}}
        return _tried(lambda: (200, makers[path](form)))

    def _read(self, path: str, query: dict[str, str]) -> Object:
        match path.split("/"):
            case ["setup_intents", setup_id]:
                return self.state.read_setup(setup_id)
            case ["payment_intents"]:
                customer = query["customer"]
                return _list(self.state.all_of("payment_intent", customer=customer))
            case ["refunds"]:
                intent = query["payment_intent"]
                return _list(self.state.all_of("refund", payment_intent=intent))
            case [_, object_id]:
                return self.state.find(object_id)
            case _:
                raise Missing(path)


def _tried(make: Callable[[], Answer]) -> Answer:
    try:
        return make()
    except Declined as declined:
        return 402, {"error": declined.error}
    except Missing as missing:
        error = {"type": "invalid_request_error", "code": "resource_missing"}
        return 404, {"error": {**error, "message": f"No such object: {missing}"}}


def _list(found: list[Object]) -> Object:
    return {"object": "list", "data": found[:100], "has_more": len(found) > 100, "url": "/v1"}


def _response(status: int, body: Object) -> web.Response:
    return web.json_response(body, status=status)
