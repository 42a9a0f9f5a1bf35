# shellcheck shell=bash
# What tools/run, tools/test and .ci/run share: which packages are missing, how they get here,
# how a build folder comes about.  The list of packages is tools/packages and nowhere else.

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"

say ()
{
  printf '%s\n' "$*"
}

fail ()
{
  printf '%s\n' "$*" >&2
  exit 1
}

# The column of tools/packages to be read here, or nothing where there is none.
distribution ()
{
  local name
  # shellcheck source=/dev/null
  for name in $(. /etc/os-release 2>/dev/null && printf '%s %s' "${ID-}" "${ID_LIKE-}"); do
    case $name in
      debian | ubuntu | fedora | arch) printf '%s' "$name"; return ;;
    esac
  done
}

# package_names DISTRIBUTION SECTION...: one a line.
package_names ()
{
  local column=2
  case $1 in
    ubuntu) column=3 ;;
    fedora) column=4 ;;
    arch) column=5 ;;
  esac
  shift
  awk -v column="$column" -v sections=" $* " \
    '!/^#/ && index (sections, " " $1 " ") && $column != "-" { print $column }' tools/packages
}

# missing_packages DISTRIBUTION SECTION...: those of them that are not installed.
missing_packages ()
{
  local names
  mapfile -t names < <(package_names "$@")
  case $1 in
    debian | ubuntu)
      printf '%s\n' "${names[@]}" | grep -vxFf <(
        dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${names[@]}" 2>/dev/null \
          | sed -n 's/^installed //p') || true ;;
    fedora)
      for name in "${names[@]}"; do
        rpm -q "$name" >/dev/null 2>&1 || say "$name"
      done ;;
    arch)
      for name in "${names[@]}"; do
        pacman -Qq "$name" >/dev/null 2>&1 || say "$name"
      done ;;
  esac
}

as_root ()
{
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "Packages are missing, and only root can install them: run this as root, or get sudo."
  fi
}

too_old ()
{
  fail "Stratoscope needs GTK 4.8 or newer, and there is ${1:-none} here."
}

# Refuses before anything is installed where the distribution's GTK would not do.
check_gtk_candidate ()
{
  local version
  version=$(LC_ALL=C apt-cache policy libgtk-4-dev 2>/dev/null | sed -n 's/^ *Candidate: //p')
  if [ -z "$version" ] || ! dpkg --compare-versions "$version" ge 4.8; then
    too_old "$version"
  fi
}

# apt_plan NAME...: what apt would do, as "N packages, D MB to download, I MB on disk".
apt_plan ()
{
  LC_ALL=C apt-get -o Debug::NoLocking=1 --print-uris -y --no-install-recommends install "$@" \
    | awk '
      / newly installed/ { count = $1 + $3 }
      /^After this operation/ { disk = $4 " " $5 }
      /^'"'"'/ { bytes += $3 }
      END { printf "%d packages, %.0f MB to download, %s on disk", count, bytes / 1e6, disk }'
}

# apt_install NAME...
apt_install ()
{
  local log plan
  say "Missing here: $*"
  say "Asking apt what that takes (apt-get update) ..."
  log=$(mktemp)
  as_root apt-get -q update </dev/null >"$log" 2>&1 \
    || say "The list of packages could not be renewed; going on with the one that is there."
  check_gtk_candidate
  if ! plan=$(apt_plan "$@" 2>"$log"); then
    fail "apt cannot install these: $(grep -m1 '^E:' "$log" || tail -n 1 "$log")"
  fi
  say "Installing with apt: $plan. This takes a few minutes ..."
  if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends \
       install "$@" </dev/null >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    fail "apt could not install the packages; its last words are above."
  fi
  rm -f "$log"
}

# One sentence where this script does not install anything itself.
ask_for_packages ()
{
  local name=$1 command
  shift
  case $name in
    fedora) command="Fedora: sudo dnf install" ;;
    arch) command="Arch: sudo pacman -S --needed" ;;
    *) command="Debian 12 the packages are called" ;;
  esac
  fail "Please install what is missing and run this again; on $command $*"
}

# need_packages SECTION...: afterwards everything is there, or the script has ended.
need_packages ()
{
  local name missing
  name=$(distribution)
  if [ -n "$name" ]; then
    mapfile -t missing < <(missing_packages "$name" "$@")
    [ "${#missing[@]}" = 0 ] && return
  elif pkg-config --exists gtk4 libadwaita-1 gdk-pixbuf-2.0 jansson openblas lapacke \
       && command -v meson ninja msgfmt >/dev/null; then
    return
  fi
  case $name in
    debian | ubuntu) apt_install "${missing[@]}" ;;
    '') mapfile -t missing < <(package_names debian "$@")
        ask_for_packages other "${missing[@]}" ;;
    *) ask_for_packages "$name" "${missing[@]}" ;;
  esac
}

# configure FOLDER OPTION...: a build folder, once.
configure ()
{
  local folder=$1
  shift
  if [ -f "$folder/build.ninja" ]; then
    [ -w "$folder/build.ninja" ] \
      || fail "$folder belongs to somebody else; remove it, or run this as its owner."
    return
  fi
  pkg-config --atleast-version=4.8 gtk4 || too_old "$(pkg-config --modversion gtk4 2>/dev/null)"
  say "Configuring $folder ..."
  mkdir -p "$folder"
  if ! meson setup "$folder" "$@" >"$folder/setup.log" 2>&1; then
    tail -n 8 "$folder/setup.log" >&2
    fail "The build could not be configured; meson's last words are above."
  fi
}

# build FOLDER [TARGET]: silent when there is nothing to do.
build ()
{
  if ! ninja -C "$@" -n | grep -q 'no work to do'; then
    say "Building in $1 ..."
    ninja -C "$@" || fail "The build failed; the compiler's words are above."
  fi
}
