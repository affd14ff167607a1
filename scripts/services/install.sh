#!/usr/bin/env bash
# Installs the Debian packages that `npm run test:services` needs, where they are missing and we may.
set -euo pipefail

declare -A package_of=(
  [redis-server]=redis-server
  [java]=openjdk-17-jre-headless
  [mvn]=maven
  [chromium]=chromium
)
missing=()
for program in "${!package_of[@]}"; do
  command -v "$program" >/dev/null || missing+=("${package_of[$program]}")
done
command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
# dbt, which reads our models in a test, is installed by that test; Debian keeps the part of Python it needs apart.
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
# Without it the browser draws Chinese text as boxes.
[ "${#missing[@]}" = 0 ] && { ! command -v fc-list >/dev/null || [ -n "$(fc-list :lang=zh-cn family)" ]; } || missing+=(fonts-noto-cjk)

[ "${#missing[@]}" = 0 ] && { echo 'services: everything needed is installed'; exit 0; }
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "services: these programs are missing; install their packages and try again: ${missing[*]}" >&2
  exit 1
fi
echo "services: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
# Nothing that is installed here is to start as a service of the machine: the tests start their own.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' > "$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
