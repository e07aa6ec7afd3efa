"""Yichuang 一窗: one window for every approval of a city, and daylight on every step."""
