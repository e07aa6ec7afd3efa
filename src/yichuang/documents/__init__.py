"""Official documents (文书) and licences (证照): their kinds, their look, their seal and signature, their examination.

What never enters: deciding what a document says (that is the case engine's), and HTTP.
"""
