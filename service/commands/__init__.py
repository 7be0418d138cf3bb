"""One file a command; `service.cli` puts them together."""
