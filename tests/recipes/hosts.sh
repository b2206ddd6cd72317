# shellcheck shell=sh
# Sourced: made-up hosts, each an overlay of this machine's own file system in a chroot, with
# packages of its own (stub/packages) and no network. For root.

# in_namespace SCRIPT ARGUMENT : SCRIPT ARGUMENT inside FOLDER, in namespaces of its own: no mount
# outlives it, and it reaches no network.
in_namespace() {
    folder=$(mktemp -d)
    status=0
    unshare --mount --net --propagation private "$1" "$2" inside "$folder" || status=$?
    rm -rf "$folder"
    exit "$status"
}

# make_hosts FOLDER NAME... : FOLDER/NAME/root for each, all with the repository FOLDER/packages.
# A name that begins with rocky says that it is Rocky Linux, and has dnf instead of apt.
make_hosts() {
    hosts=$1
    shift
    mkdir -p "$hosts"
    mount -t tmpfs -o mode=755 hosts "$hosts"
    # shellcheck disable=SC2154  # $here is set by the script that sources this
    "$here/stub/packages" "$hosts/packages"
    for name in "$@"; do
        mkdir -p "$hosts/$name/upper" "$hosts/$name/work" "$hosts/$name/root"
        mount -t overlay -o "lowerdir=/,upperdir=$hosts/$name/upper,workdir=$hosts/$name/work" \
            "$name" "$hosts/$name/root"
        prepare_host "$hosts/$name/root" "$name"
    done
}

prepare_host() {
    mount --rbind /dev "$1/dev"
    # Facts call it systemd by the name of process 1, which is the script below.
    mkdir -p "$1/made-up" "$1/srv/packages"
    cp -r "$hosts/packages/." "$1/srv/packages"
    cat >"$1/made-up/systemd" <<'EOF'
#!/bin/sh
mount -t proc proc /proc
export SYSTEMD_OFFLINE=1 DEBIAN_FRONTEND=noninteractive
/bin/sh -c "$1"
exit $?
EOF
    chmod +x "$1/made-up/systemd"
    rm -rf "$1"/etc/apt/sources.list* "$1"/var/lib/apt/lists/* "$1"/lib/modules/* "$1/etc/systemd/system/multi-user.target.wants"
    # Lists that old are brought up to date.
    rm -f "$1/var/lib/apt/periodic/update-success-stamp"
    touch -d '2 days ago' "$1/var/lib/apt/lists"
    echo 'deb [trusted=yes] file:/srv/packages ./' >"$1/etc/apt/sources.list"
    mkdir -p "$1/run" "$1/lib/modules/1.0-stub/kernel"
    touch "$1/lib/modules/1.0-stub/modules.builtin"
    echo 3 >"$1/run/verdict"
    echo true >"$1/run/fits"
    case $2 in
    rocky*)
        rm "$1/usr/bin/apt-get" "$1/etc/os-release" "$1/etc/debian_version"
        printf 'NAME="Rocky Linux"\nID="rocky"\nVERSION_ID="9.4"\n' >"$1/etc/os-release"
        echo 'Rocky Linux release 9.4 (Blue Onyx)' >"$1/etc/redhat-release"
        ;;
    *)
        chroot "$1" dpkg -i /srv/packages/linux-image-1.0-stub_1.0_all.deb >/dev/null
        ;;
    esac
}

# on_host ROOT COMMAND : as its process 1 would start it.
on_host() {
    unshare --pid --fork --mount chroot "$1" /made-up/systemd "$2"
}
