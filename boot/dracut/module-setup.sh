#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# dracut, from 033 on: puts the module, the command and databases into an initramfs
# that is told to load netconsole, so that messages arrive from there on.
# shellcheck disable=SC2154  # dracut's: drivers, add_drivers, force_drivers, initdir, kernel, moddir

# 255: only where another module or --add asks for it. An ordinary initramfs stays as it is.
check() {
    [[ -x /usr/sbin/netpoll-shim ]] || return 1
    [[ " $drivers $add_drivers $force_drivers " == *" netconsole "* ]] || return 255
}

depends() {
    return 0
}

# hostonly would leave out what is not loaded at the moment.
installkernel() {
    hostonly='' instmods netconsole
    # Where this kernel has none it needs none, or the unit will tell.
    if modinfo -k "$kernel" netpoll_shim &>/dev/null; then
        hostonly='' instmods netpoll_shim
    fi
}

install() {
    local file folder
    inst /usr/sbin/netpoll-shim
    for file in /lib/modprobe.d/netpoll-shim.conf /etc/modprobe.d/netpoll-shim-policy.conf; do
        [[ ! -f $file ]] || inst_simple "$file"
    done
    # What links name may not be there.
    for folder in /etc/netpoll-shim/db.d /etc/netpoll-shim/keys.d; do
        [[ -d $folder ]] || continue
        mkdir -p "$initdir$folder"
        cp -rL "$folder/." "$initdir$folder"
    done
    # As it is between two updates.
    folder=/var/lib/netpoll-shim/db
    if [[ -f $folder/lock ]]; then
        mkdir -p "$initdir$folder"
        flock -s "$folder/lock" cp -a "$folder/." "$initdir$folder"
    fi
    # initqueue/settled, which rd.driver.post=netconsole waits for, is passed over where the
    # root is there at once.
    inst_hook initqueue/settled 10 "$moddir/netpoll-shim-load.sh"
    inst_hook pre-mount 10 "$moddir/netpoll-shim-load.sh"
}
