"""A believable history for a demo store, through the real door: good and bad officers, seasons, things going wrong.

No row is written but by the door and no rule is bent; only the clock is moved, which the database allows in a demo
store alone. Never enters: anything a production installation needs. Materials carry no files (演示数据未附文件).
"""
