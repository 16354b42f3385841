"""Values of the field, without any input or output."""
