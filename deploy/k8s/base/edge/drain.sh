#!/bin/bash
# Before the edge ends: not ready any more, then no new connections, then time for the rest.
# By bash alone, since Envoy's image has no program that speaks HTTP.
set -eu

ask() {
  exec 3<>"/dev/tcp/127.0.0.1/${ADMIN_PORT:-9901}"
  printf 'POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$1" >&3
  read -r _ status _ <&3
  exec 3>&-
  [ "$status" = 200 ]
}

ask /healthcheck/fail
sleep "${NOTICED_SECONDS:-15}"
ask '/drain_listeners?graceful&skip_exit'
sleep "${DRAIN_SECONDS:-30}"
