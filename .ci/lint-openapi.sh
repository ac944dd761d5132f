#!/usr/bin/env bash
# Lints every OpenAPI document twice: openapi-spec-validator proves that it is OpenAPI, Redocly that it is a good one
# (rules: .ci/redocly.yaml). Redocly comes from npm; a developer without npm goes without it, CI does not.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly version=2.77.0
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true

shopt -s nullglob
documents=(openapi/*.yaml)
if [[ ${#documents[@]} == 0 ]]; then
  echo 'openapi/ holds no document to lint' >&2
  exit 1
fi

.venv/bin/openapi-spec-validator --validation-errors all "${documents[@]}"

if ! command -v npm >/dev/null && [[ ${CI:-} != true ]]; then
  echo 'No npm here: Redocly is left out.'
  exit 0
fi
manifest=.ci/node_modules/@redocly/cli/package.json
if ! grep -qs "\"version\": \"$version\"" "$manifest"; then
  npm install --prefix .ci --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error \
    "@redocly/cli@$version"
fi
.ci/node_modules/.bin/redocly lint --config .ci/redocly.yaml --format=stylish "${documents[@]}"
