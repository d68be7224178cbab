"""Forms: short ones for what is made most, and that of a record of any folder."""
