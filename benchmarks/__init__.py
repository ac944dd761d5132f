"""How fast Sandbank is beside its peers: `make bench` measures them in turn on this machine and prints one table."""
