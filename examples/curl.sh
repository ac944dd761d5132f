#!/usr/bin/env bash
# Accounts, transactions and a refusal at Chase, with curl alone. Start the server first: make run
set -euo pipefail
sandbank=${SANDBANK_URL:-http://127.0.0.1:8080}
chase=$sandbank/chase/jpmc/servicing/inquiry-maintenance/fdx/v4

# member NAME: the first member of that name in the JSON on stdin
member() { sed -E "s/.*\"$1\": ?\"?([^\",}]*).*/\1/"; }

# 1. Maya consents at Chase: a token, without a browser.
token=$(curl -sf "$sandbank/_sandbox/consents" -H 'Content-Type: application/json' \
  -d '{"bank": "chase", "client_id": "demo-app", "customer": "maya"}' | member access_token)

# 2. Her accounts. The bank tells balances when it is asked for details.
echo '--- accounts'
curl -sf "$chase/accounts" -H "Authorization: Bearer $token"
echo

# 3. The two newest transactions of the first of them.
account=$(curl -sf "$chase/accounts?limit=1" -H "Authorization: Bearer $token" | member accountId)
echo '--- transactions'
curl -sf "$chase/accounts/$account/transactions?limit=2" -H "Authorization: Bearer $token"
echo

# 4. A mistake: the bank answers in its own voice. Sandbank knows more: the header Sandbank-Trace leads to it.
echo '--- a refusal'
curl -s "$chase/accounts/$account/transactions?startTime=yesterday" -H "Authorization: Bearer $token" -D headers.txt
echo
trace=$(sed -n 's/^sandbank-trace: *//Ip' headers.txt | tr -d '\r')
rm headers.txt

echo '--- why'
curl -s "$sandbank/_sandbox/why/$trace"
echo
