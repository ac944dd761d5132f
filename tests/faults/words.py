"""What the tests of faults say at each bank."""

BANKS = ("chase", "citi", "usbank", "wellsfargo")
ACCOUNTS = {
    "chase": "/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts",
    "citi": "/gcb/api/v1/accounts",
    "usbank": "/accounts/v1/accounts",
    "wellsfargo": "/fdx/v6/accounts",
}
RATE_LIMITED = {
    "chase": '"code":1207',
    "citi": '"code":"tooManyRequests"',
    "usbank": '"code":"429.1000.1000"',
    "wellsfargo": '"code":"1207"',
}
