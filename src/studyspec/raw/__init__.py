"""Reading what arrived: every value as text, a record number per row, nothing coerced or dropped."""
