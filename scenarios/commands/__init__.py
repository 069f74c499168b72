"""Commands of ``chammo``, in a file each."""
