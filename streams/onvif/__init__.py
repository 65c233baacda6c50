"""Finding cameras and asking them what they stream, over ONVIF."""
