"""City and counties (3.2b, 3.2c): whether a county's standards are the city's, over the seven attributes of the policy,
and who answered for each difference. The base of an item is the city's standard in force.
"""
