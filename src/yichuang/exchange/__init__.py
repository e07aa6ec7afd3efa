"""Exchange (交换): reports of other systems about acts done outside the door. Claims are never refused (4.1e).

No act on a case happens here: a report stands beside our own acts, linked by case number, and is judged by supervision.
"""
