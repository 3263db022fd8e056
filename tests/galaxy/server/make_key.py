"""Prints an API key of a user of a server, who is made if unknown.

A user has one key: another one ends what the former was used for. It is run with planemo's Python,
which has bioblend:

    python make_key.py URL ADMIN_KEY EMAIL
"""

from __future__ import annotations

import sys

from bioblend.galaxy import GalaxyInstance


def main() -> None:
    """Find or make the user, and print a new key."""
    url, admin_key, email = sys.argv[1:]
    galaxy = GalaxyInstance(url, admin_key)
    known = {user["email"]: user["id"] for user in galaxy.users.get_users()}
    if email not in known:
        known[email] = galaxy.users.create_remote_user(email)["id"]
    print(galaxy.users.create_user_apikey(known[email]))


if __name__ == "__main__":
    main()
