"""Side-by-side runs against peers: one command, one table. Never asserted on time in CI."""
