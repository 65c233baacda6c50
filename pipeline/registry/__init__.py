"""Services over sites, cameras and placements: what operators register and mind."""
