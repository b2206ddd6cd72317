# shellcheck shell=sh
# Sourced by what works in a root that is not running.

# in_root ROOT COMMAND... : no process of it is left behind, and no mount.
in_root() {
    in_root=$1
    shift
    # shellcheck disable=SC2016  # for the inner shell
    unshare --mount --pid --fork --kill-child sh -c \
        'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"' "$in_root" \
        env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive "$@"
}

# install_debs ROOT FILE... : by apt, which minds what they depend on, and from nowhere else.
install_debs() {
    debs_root=$1
    shift
    mkdir "$debs_root/debs" && cp "$@" "$debs_root/debs" &&
        in_root "$debs_root" sh -c 'apt-get -q -y -o Dpkg::Use-Pty=0 --no-install-recommends install /debs/*.deb' &&
        rm -r "$debs_root/debs"
}

# write_disk ROOT FILE : the tree as an ext4 file system, with room for what a boot writes.
write_disk() {
    rm -f "$2"
    truncate -s 1536M "$2" &&
        mke2fs -q -t ext4 -E lazy_itable_init=1,lazy_journal_init=1 -d "$1" "$2"
}
