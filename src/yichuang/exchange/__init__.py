"""Exchange (交换): what other systems report of acts done outside the door. It never refuses what a report says (4.1e).

No act on a case happens here: a report stands beside our own acts, linked by case number, and is judged by supervision.
"""
