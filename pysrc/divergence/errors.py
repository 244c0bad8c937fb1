"""What can go wrong beside a bad value (a ValueError): one line that says what and where."""


class DivergenceError(Exception):
    """The base of this package's own exceptions."""


class LibraryError(DivergenceError):
    """A compiled library is missing, damaged, or not built from the sources at hand."""


class DeviceError(DivergenceError):
    """A device does not exist here, or failed while it was computing."""


class DeviceMemoryError(DeviceError):
    """A device has too little memory for what it was given at a time."""


class VideoError(DivergenceError):
    """FFmpeg is missing, or failed while it was encoding."""


class StoreError(DivergenceError):
    """A folder holds something else than was asked for, or another process is at work in it."""
