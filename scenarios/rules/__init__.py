"""The documented rules that fill in what neither the file nor the facts state."""
