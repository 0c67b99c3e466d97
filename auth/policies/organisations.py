"""Who may see organisations and areas: every partner of the network, and nobody who is not one."""

from auth.policies.declare import SOMEONE, Command, DatabaseRole, Policy, everything

POLICIES = [
    Policy("organization", DatabaseRole.APP, Command.SELECT, SOMEONE),
    Policy("area", DatabaseRole.APP, Command.SELECT, SOMEONE),
    *everything(DatabaseRole.WORKER, ["organization", "area"], Command.ALL),
    *everything(DatabaseRole.KEEPER, ["organization", "area"], Command.SELECT),
    *everything(DatabaseRole.AUTH, ["organization", "location"], Command.SELECT),
    *everything(DatabaseRole.SEARCH, ["organization", "area"], Command.SELECT),
]
