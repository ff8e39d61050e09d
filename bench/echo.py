"""The least that a gateway and a service can be: Starlette, one gRPC call, an echo."""

from __future__ import annotations

import os
import sys

import grpc
import uvicorn
import uvloop
from google.protobuf.empty_pb2 import Empty
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_METHOD = "/bench.Echo/Echo"


async def serve_echo(port: int) -> None:
    """Serves the echo until the process ends."""

    async def echo(request: bytes, context: object) -> bytes:
        return request

    handler: grpc.RpcMethodHandler[bytes, bytes] = grpc.unary_unary_rpc_method_handler(echo)
    server = grpc.aio.server()
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler("bench.Echo", {"Echo": handler}),)
    )
    server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    await server.wait_for_termination()


def application(echo_port: int) -> Starlette:
    """An application that asks the echo once for every request."""
    stubs: list[grpc.aio.UnaryUnaryMultiCallable[bytes, bytes]] = []

    async def answer(request: Request) -> Response:
        if not stubs:
            channel = grpc.aio.insecure_channel(f"127.0.0.1:{echo_port}")
            stubs.append(channel.unary_unary(_METHOD))
        body = await stubs[0](Empty().SerializeToString() or b"echo")
        return Response(body, media_type="application/json")

    return Starlette(routes=[Route("/", answer)])


def main() -> None:
    """python -m bench.echo echo PORT | http PORT ECHO_PORT."""
    match sys.argv[1:]:
        case ["echo", port]:
            uvloop.run(serve_echo(int(port)))
        case ["http", port, echo_port]:
            uvicorn.run(
                application(int(echo_port)),
                host="127.0.0.1",
                port=int(port),
                log_level="error",
                access_log=False,
            )
        case _:
            raise SystemExit(os.EX_USAGE)


if __name__ == "__main__":
    main()
