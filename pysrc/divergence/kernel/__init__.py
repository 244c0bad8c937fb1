"""Where times are computed: the libraries, the devices, the tiles."""
