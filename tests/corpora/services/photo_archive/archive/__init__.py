"""An archive of scanned photos: what the steps are made of."""
