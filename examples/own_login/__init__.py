"""A platform with a login of its own: the model of an integration through the host port."""
