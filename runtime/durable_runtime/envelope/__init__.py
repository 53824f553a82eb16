"""The tagged JSON in which values keep their types: `{"t": tag, "v": value}` for every element."""
