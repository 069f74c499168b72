"""Logistics: wear, maintenance, spares, supply and medical support."""
