"""Where the truth is kept: adapters of the ledger and identity ports."""
