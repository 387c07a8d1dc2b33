#!/bin/sh
# Makes the packages, puts them into fresh roots, and runs what is in them.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: packages.sh CPACK CONFIG WORK
set -eu
cpack=$1 config=$2 work=$3
rm -rf "$work"
mkdir -p "$work/deb" "$work/archive"
fail() { echo "FAILED: $*"; exit 1; }

(cd "$work" && "$cpack" --config "$config" -G DEB > log 2>&1 && "$cpack" --config "$config" -G TGZ >> log 2>&1) ||
  { cat "$work/log"; exit 1; }

for name in runtime compiler tools; do
  package=$(echo "$work/xphi-${name}"_*.deb)
  [ -e "$package" ] || fail "no package of $name"
  dpkg-deb -x "$package" "$work/deb"
  depends=$(dpkg-deb -f "$package" Depends)
  case $name:$depends in
  runtime:*libstdc++6*) ;;
  compiler:*xphi-runtime*libflint*) ;;
  tools:*xphi-runtime*) ;;
  *) fail "xphi-$name depends on '$depends'" ;;
  esac
done
for archive in "$work"/xphi-*.tar.gz; do tar -xzf "$archive" -C "$work/archive" --strip-components 1; done

# No file is in two packages, or in neither.
(cd "$work/deb/usr" && find . -type f -o -type l | sort) > "$work/deb.files"
(cd "$work/archive" && find . -type f -o -type l | sort) > "$work/archive.files"
diff "$work/deb.files" "$work/archive.files" || fail "packages and archive hold different files"
for name in runtime compiler tools; do dpkg-deb -c "$work/xphi-${name}"_*.deb | grep -v '/$'; done |
  awk '{print $6}' | sort | uniq -d | grep . && fail "in two packages"

for root in "$work/deb/usr" "$work/archive"; do
  said=$(env -i XPHI_CACHE_DIR="$work/cache-$(basename "$root")" "$root/bin/xphi" eval 'x * Phi(x)' --at 1)
  case $said in *0.84134*) ;; *) fail "$root: $said" ;; esac
done
