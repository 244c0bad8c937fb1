"""From a scene to pictures and films, in folders that can be resumed."""
