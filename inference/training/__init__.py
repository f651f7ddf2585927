"""How the emotion network is made and judged. Nothing at run time imports it."""
