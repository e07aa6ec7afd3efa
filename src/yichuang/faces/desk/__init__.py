"""The officers' desk: what must be done, one case with everything on it, its acts, intake at the window, hand-over.

No rule enters: who may do what is `may`'s answer, which cases exist is `cases.queries`', which personal fields show is
`people.face`'s. Views ask and show.
"""
