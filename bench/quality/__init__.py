"""How good what is learnt is, measured without a model's price: on gold answers, offline rules, or recorded answers."""
