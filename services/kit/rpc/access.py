"""Lets a call through if its contract's rule says so, and nobody else's names are in it."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar

from google.protobuf.message import Message

from services.kit.errors import Kind, NotFound, Refusal
from services.kit.rpc.interceptor import Context, MethodInterceptor
from services.kit.rpc.principal import (
    METADATA_KEY,
    Principal,
    PrincipalInvalid,
    PrincipalVerifier,
    current_principal,
    set_current_principal,
)
from services.kit.rpc.rules import Rule
from services.kit.rpc.tenant_names import foreign_name
from veneer.access.v1 import access_pb2

GATEWAY = "gateway"
# The common name in the certificate of a gateway that serves clients alone: what speaks for
# strangers all day has no business with what is the operator's, whatever it may bring.
GATEWAY_FOR_CLIENTS = "gateway-client"

# These come with gRPC and have no rule: whoever has a certificate of the mesh may ask.
_EXEMPT = ("/grpc.health.v1.Health/", "/grpc.reflection.v1")

_peer: ContextVar[str] = ContextVar("peer", default="")


class PermissionMissing(Refusal):
    """The principal may not do this."""

    kind = Kind.PERMISSION_DENIED
    reason = "PERMISSION_MISSING"


class CallerNotAllowed(Refusal):
    """The calling service may not do this."""

    kind = Kind.PERMISSION_DENIED
    reason = "CALLER_NOT_ALLOWED"


class AccessInterceptor(MethodInterceptor):
    """Enforces the rules, and that a client names no tenant but itself."""

    def __init__(self, rules: Mapping[str, Rule], verifier: PrincipalVerifier) -> None:
        super().__init__()
        self._rules = rules
        self._verifier = verifier

    def on_call(self, method: str, context: Context) -> None:
        if method.startswith(_EXEMPT):
            return
        rule = self._rules[method]
        peer = peer_identity(context)
        _peer.set(peer)
        set_current_principal(self._admit(rule, peer, context))

    def on_message(self, method: str, message: Message) -> None:
        principal = current_principal()
        if principal is None or principal.is_operator:
            return
        foreign = foreign_name(message, principal.tenant_id)
        if foreign is not None:
            # Word for word what a missing resource answers, so that nobody can probe for one.
            raise NotFound(resource=foreign)

    def _admit(self, rule: Rule, peer: str, context: Context) -> Principal | None:
        if peer in rule.callers:
            return None
        if peer != GATEWAY or rule.audience == access_pb2.INTERNAL:
            raise CallerNotAllowed("The calling service may not do this.", caller=peer)
        if rule.audience == access_pb2.PUBLIC:
            return None
        for_operators_only = rule.audience == access_pb2.OPERATOR
        if for_operators_only and _common_name(context) == GATEWAY_FOR_CLIENTS:
            raise CallerNotAllowed(
                "The calling service may not do this.", caller=GATEWAY_FOR_CLIENTS
            )
        principal = self._verifier.verify(_token(context))
        if rule.permission not in principal.permissions or (
            for_operators_only and not principal.is_operator
        ):
            raise PermissionMissing("This needs a permission.", permission=rule.permission)
        return principal


def current_peer() -> str:
    """Gives the identity of the service that made the present RPC; empty outside of one."""
    return _peer.get()


def peer_identity(context: Context) -> str:
    """Gives the name in the peer's certificate; empty if it has not exactly one."""
    names = tuple(context.auth_context().get("x509_subject_alternative_name", ()))
    return names[0].decode() if len(names) == 1 else ""


def _common_name(context: Context) -> str:
    return b"".join(context.auth_context().get("x509_common_name", ())).decode()


def _token(context: Context) -> str:
    tokens = [value for key, value in context.invocation_metadata() or () if key == METADATA_KEY]
    if len(tokens) != 1:
        raise PrincipalInvalid("This needs a log-in.")
    token = tokens[0]
    return token if isinstance(token, str) else token.decode("ascii", "replace")
