# shellcheck shell=sh
# Sourced behind cache.sh, by scripts that build from Debian's source packages.

# fetch_debian_source PACKAGE[=VERSION]... : unpacks each in the current folder, in
# a folder of its name.
fetch_debian_source() {
    suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
    mkdir -p apt/lists/partial apt/cache/archives/partial
    # A deb-src list of its own: the system's apt sources stay as they are.
    # shellcheck disable=SC2016
    apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' |
        awk -v s="$suite" '$2 == s || $2 == s "-updates" || $2 == s "-security" {
            print "deb-src", $1, $2, "main" }' | sort -u >apt/sources.list
    [ -s apt/sources.list ] || die "no apt source for $suite"
    own_apt="-qq -o Dir::Etc::sourcelist=$PWD/apt/sources.list -o Dir::Etc::sourceparts=/dev/null
        -o Dir::State::lists=$PWD/apt/lists -o Dir::Cache=$PWD/apt/cache -o APT::Sandbox::User=root"
    # Where this is run_logged, set -e does not reach in here.
    # shellcheck disable=SC2086
    apt-get $own_apt update && apt-get $own_apt source --download-only "$@" || return
    for dsc in *.dsc; do
        dpkg-source --no-check -x "$dsc" "${dsc%%_*}" || return
    done
    rm -rf apt ./*.dsc ./*.tar.*
}
