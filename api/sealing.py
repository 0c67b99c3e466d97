"""By which keys does this program seal its secrets? Those that the operator set, or one made in the data folder."""

from api.settings import Settings
from auth.kek import FILE_NAME, ensure_file, load_plugin, read_file, read_text
from auth.sealing import KeyEncryptionKey, Sealer


def sealer(settings: Settings) -> Sealer:
    """This will read the keys: of the plug-in, then of the environment, then of the file; the first of all seals.

    With none set, the file `kek` of the data folder is made. Raises the errors of auth.kek.
    """
    keys: list[KeyEncryptionKey] = []
    if settings.kek_plugin is not None:
        keys.append(load_plugin(settings.kek_plugin))
    if settings.kek is not None:
        keys.extend(read_text(settings.kek.get_secret_value(), place="KONBIT_KEK"))
    if settings.kek_file is not None:
        keys.extend(read_file(settings.kek_file))
    if not keys:
        own = settings.data / FILE_NAME
        ensure_file(own)
        keys.extend(read_file(own))
    return Sealer(keys)
