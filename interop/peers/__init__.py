"""The peers: one module each; every module that defines `PEERS` is found by itself."""
