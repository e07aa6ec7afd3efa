"""The city's government: divisions, departments, posts, officers over time, and its working calendar.

Never enters: applicants, cases, pages, and what a post may do on a case (that is `may`).
"""
