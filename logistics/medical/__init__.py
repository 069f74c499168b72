"""Medical support: survival and bleeding in closed form, casualty statistics, and planning estimates."""
