"""The WhatsApp Cloud API: the second channel, behind the same door, with the same people, clock and webhooks."""
