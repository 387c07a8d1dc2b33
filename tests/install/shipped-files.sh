#!/bin/sh
# The files that docs/embedding.md lists, and no others, in an empty root.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# A host runs there for each way of use; then the files are taken away one by one, and each has to be missed by name.
#
# usage: shipped-files.sh PREFIX DOCUMENT WORK          exit code 77: this system allows no root of one's own
set -eu
prefix=$1 document=$2 work=$3
rm -rf "$work"
mkdir -p "$work"

if [ "$(id -u)" = 0 ]; then own="unshare -m"; else own="unshare -rm"; fi
$own true 2>/dev/null || { echo "no namespaces here"; exit 77; }

fail() { echo "FAILED: $*"; exit 1; }

# Of the rows of the table: name, megabytes, use.
sed -n 's/^| `\([^`]*\.so[^`]*\)` | \([0-9.]*\) | .* | \([a-z]*\) |$/\1 \2 \3/p' "$document" > "$work/files"
[ "$(wc -l < "$work/files")" -gt 15 ] || fail "no table of files in $document"

fileOf() {
  for folder in "$prefix/lib" "$prefix/lib/xphi" /lib/x86_64-linux-gnu /usr/lib/x86_64-linux-gnu /lib64; do
    [ -e "$folder/$1" ] && { echo "$folder/$1"; return; }
  done
  fail "there is no $1 to ship"
}

# Root $1 with the files for the uses $2.
makeRoot() {
  mkdir -p "$1/lib64" "$1/opt/host" "$1/proc" "$1/kernels"
  cp -L /lib64/ld-linux-x86-64.so.2 "$1/lib64/"
  cp "$prefix/bin/xphi" "$1/opt/host/xphi"
  while read -r name megabytes use; do
    case " $2 " in *" $use "*) cp -L "$(fileOf "$name")" "$1/opt/host/$name" ;; esac
  done < "$work/files"
}

# Runs the command in root $1, read-only, with /proc, and no name of the environment but that of the cache.
run() {
  root=$1
  shift
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin XPHI_CACHE_DIR=/kernels $own sh -c '
    mount --bind "$0" "$0" && mount --rbind /proc "$0/proc" && mount -o remount,bind,ro "$0" && exec chroot "$0" "$@"
  ' "$root" /opt/host/xphi "$@"
}

echo "-- the library's functions, compiled"
export XPHI_CACHE_DIR="$work/empty"
"$prefix/bin/xphi" bench swiglu --no-reasons > /dev/null
"$prefix/bin/xphi" cache stats | grep -q '^compiles *0$' || fail "swiglu does not come with the prefix"
[ -z "$(find "$work/empty" -name '*.so' 2>/dev/null)" ] || fail "what came with the prefix was copied"
unset XPHI_CACHE_DIR

echo "-- sizes"
while read -r name megabytes use; do
  bytes=$(stat -Lc %s "$(fileOf "$name")")
  awk -v name="$name" -v said="$megabytes" -v bytes="$bytes" 'BEGIN {
    is = bytes / 1e6
    if (is > said * 1.25 + 0.1 || is < said * 0.75 - 0.1) { print "FAILED: " name " has " is " MB, not " said; exit 1 }
  }' || exit 1
done < "$work/files"

echo "-- the cache, filled elsewhere"
XPHI_CACHE_DIR=$work/kernels "$prefix/bin/xphi" cache fill gelu --forward-only 2>&1
makeRoot "$work/cached" "cached"
makeRoot "$work/compiling" "cached compiling"
makeRoot "$work/new" "cached compiling new"
for root in cached compiling new; do
  cp -r "$work/kernels/." "$work/$root/kernels/"
done

# $1 root, $2 expected exit code, $3 pattern of what is said, then the command's arguments.
expect() {
  root=$1 code=$2 pattern=$3
  shift 3
  status=0
  said=$(run "$work/$root" "$@" 2>&1) || status=$?
  [ "$status" = "$code" ] || fail "$root: xphi $* ended with $status, not $code: $said"
  printf '%s\n' "$said" | grep -q -- "$pattern" || fail "$root: xphi $* said '$said', not '$pattern'"
}

# The same without one of its files, $2.
without() {
  root=$1 file=$2
  shift 2
  mv "$work/$root/opt/host/$file" "$work/taken"
  expect "$root" "$@"
  mv "$work/taken" "$work/$root/opt/host/$file"
}

known=gelu same='x * Phi(1.25 * x)' other='x * Phi(y + z + w)' # a signature that no loop was built for
echo "def other(x, y, z, w) = $other" > "$work/other.phi"
for root in cached compiling new; do cp "$work/other.phi" "$work/$root/"; done

echo "-- cached"
expect cached 0 '0\.84134' eval $known --at 1
expect cached 3 'X2001.*beside libxphi.so, into /opt/host' eval "$same" --at 1
echo "-- compiling"
expect compiling 0 '0\.84134' eval $known --at 1
expect compiling 0 '0\.8943' eval "$same" --at 1
expect compiling 3 'X1012.*libxphi-loops.so' eval /other.phi --at 1:1:0:0
echo "-- new"
expect new 0 '0\.84134' eval /other.phi --at 1:1:0:0

echo "-- taken away"
while read -r name megabytes use; do
  case $use:$name in
  cached:*) without new "$name" 127 "$name" eval $known --at 1 ;;
  compiling:libxphi-compiler.so) without new "$name" 3 "X2001.*$name" eval "$same" --at 1 ;;
  compiling:*) without new "$name" 3 "X2001.* needs $name" eval "$same" --at 1 ;;
  new:*) without new "$name" 3 "X1012.*$name" eval /other.phi --at 1:1:0:0 ;;
  esac
done < "$work/files"
echo "all said"
