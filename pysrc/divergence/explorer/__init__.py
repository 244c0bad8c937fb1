"""The explorer: any scene, live, in a browser on this machine."""
