"""Programs on Blender that build a site, film it and write down what is true in it."""
