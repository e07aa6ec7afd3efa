"""The life of a supervision order, pure: state, events, commands, what time does, who may do what."""
