"""Mathematics: approximations, geometry, neighbours and swept paths."""
