"""Pages of official documents: opening one's own, and checking anybody's. Whether a document is true is said by the
documents room; no rule and no case enters here.
"""
