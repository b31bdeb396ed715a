"""Pure: hh.ru (HeadHunter)."""
