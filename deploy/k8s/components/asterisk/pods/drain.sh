#!/bin/sh
# Before a dialer ends: no new calls, and as long as it takes for those that are up.
asterisk -rx 'core stop gracefully'
while asterisk -rx 'core show uptime' > /dev/null 2>&1; do
  sleep 5
done
