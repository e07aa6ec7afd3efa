"""What those who were served say of it (3.5i): the rating of each case, and complaints; and what comes of them. Nobody
who was served is ever asked twice, and nothing that was said can vanish: each is a life in the ledger.
"""
