#!/usr/bin/env bash
# Installs the real servers that the tests talk to: OpenLDAP, Samba (an Active Directory domain controller) and MariaDB.
#
#   scripts/install-servers.sh                   what the server tests need
#   scripts/install-servers.sh --with-chromium   also the browser for the console's tests (large, hence by request)
#   scripts/install-servers.sh --with-postgresql also the database of a peer that bench:reads compares with
#   scripts/install-servers.sh --missing         installs nothing, prints the packages that are not there
#
# Debian (or a child of it), root, repeatable; says nothing when everything is there. The packages' own services are
# neither started now nor at the next boot: the tests start private servers in temporary folders on loopback.
set -euo pipefail

packages=(slapd ldap-utils mariadb-server samba samba-dsdb-modules samba-vfs-modules samba-ad-provision python3-samba openssl)
only_list=no
for argument in "$@"; do
  case "$argument" in
    --with-chromium) packages+=(chromium) ;;
    --with-postgresql) packages+=(postgresql) ;;
    --missing) only_list=yes ;;
    *) echo "install-servers.sh: unknown argument $argument" >&2; exit 2 ;;
  esac
done

command -v dpkg-query >/dev/null && command -v apt-get >/dev/null || {
  echo 'install-servers.sh: this is no Debian. Install slapd, ldap-utils, mariadb, samba (AD DC) and openssl by hand.' >&2
  exit 3
}

missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0
if [ "$only_list" = yes ]; then
  printf '%s\n' "${missing[@]}"
  exit 0
fi
[ "$(id -u)" = 0 ] || { echo "install-servers.sh: root is needed to install ${missing[*]}" >&2; exit 4; }

work=$(mktemp -d)
log=$work/log
policy=/usr/sbin/policy-rc.d
made_policy=no
cleanup() {
  [ "$made_policy" = no ] || rm -f "$policy"
  rm -rf "$work"
}
trap cleanup EXIT

# Packages ask policy-rc.d whether their service may start. A policy that stands here already is its owner's business.
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  made_policy=yes
fi

export DEBIAN_FRONTEND=noninteractive
apt_get() { apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" >>"$log" 2>&1; }
fail() { tail -n 40 "$log" >&2; echo "install-servers.sh: could not install ${missing[*]}" >&2; exit 5; }

echo "Installing ${missing[*]} ..."
# No directory of the system's own: slapd would otherwise ask for a domain and a password.
echo 'slapd slapd/no_configuration boolean true' | debconf-set-selections 2>/dev/null || true
# Package lists may be stale or absent, in an image mostly the latter: a failed first try updates them.
apt_get install --no-install-recommends "${missing[@]}" || {
  apt_get update || fail
  apt_get install --no-install-recommends "${missing[@]}" || fail
}

# Where systemd runs, it must not start at boot what only the tests use. Only for what was installed just now.
if [ -d /run/systemd/system ]; then
  for package in "${missing[@]}"; do
    case "$package" in
      slapd) units='slapd' ;;
      mariadb-server) units='mariadb' ;;
      postgresql) units='postgresql' ;;
      samba) units='smbd nmbd samba-ad-dc' ;;
      *) units='' ;;
    esac
    for unit in $units; do systemctl disable --now "$unit" >>"$log" 2>&1 || true; done
  done
fi
