"""Sustainment: wear, repair and supply."""
