"""By which names the bare Authlib server knows its one client."""

CLIENT_ID = "bench"
SECRET = "bench-secret"
CALLBACK = "http://127.0.0.1:8912/callback"
