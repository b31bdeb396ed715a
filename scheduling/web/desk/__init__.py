"""The front desk: the page itself, its presses, the phone, the lists, the PINs, the lobby's screen."""
