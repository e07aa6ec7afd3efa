"""What a person means who asks in everyday words: an item of the list, or a matter that another place handles.

Pure: words, sounds and points. No database and no page enters here; who keeps the words is `catalog.search_words`.
"""
