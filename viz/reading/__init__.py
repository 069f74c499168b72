"""Run and batch folders opened for reading: checked before anything of them is shown or exported."""
