"""Limits that several parts of the SDK share."""

# A child context, map or parallel result above this size is not stored inline: the operation is marked
# ReplayChildren and its body runs again on replay. FileSystemSerDes overflows to a file at the same size.
CHECKPOINT_SIZE_LIMIT_BYTES = 256 * 1024
