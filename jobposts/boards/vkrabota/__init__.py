"""Pure: VK Rabota."""
