"""Lifetimes: laws fitted to censored lives, and the remaining life that follows from them in closed form."""
