#!/bin/sh
# A CGI program that sends the request's content back (RFC 3875), all of it read before any is written.
content=$(mktemp -p "$(dirname "$0")") && cat >"$content"
printf 'Content-Type: application/octet-stream\r\n\r\n'
cat "$content"
rm -f "$content"
