"""Rules about the SDK's contract: names, signatures, values and types that its version takes."""
