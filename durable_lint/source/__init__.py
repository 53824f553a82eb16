"""From bytes on disk to text, tree and comments. Nothing here knows what a durable function is."""
