"""A country's OpenCRVS: the offices of its civil registry, and never a registration."""
