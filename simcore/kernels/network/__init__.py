"""Network: radio links, jamming, latency and reports."""
