"""How the log is searched: adapters of the search port."""
