"""Keys that sign checkpoints: adapters of the signer port."""
