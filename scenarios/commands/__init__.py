"""Commands of ``chammo``, one file each."""
