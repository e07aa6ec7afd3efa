"""Guidance before an application (咨询辅导): what is asked, what a counsellor answers, and the notice that lists
everything once. What never enters: a verdict on the substance of what is asked.
"""
