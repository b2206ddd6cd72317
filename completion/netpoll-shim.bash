# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# bash's completion of netpoll-shim, from bash 4.2 on, with or without the package
# bash-completion. What it offers and what --help says are compared by
# tests/unit/documentation_test.cpp.

# Offers what compgen finds for these arguments.
_netpoll_shim_offer()
{
    mapfile -t COMPREPLY < <(compgen "$@" -- "$cur")
}

_netpoll_shim_offer_files()
{
    compopt -o filenames 2>/dev/null
    _netpoll_shim_offer "$@"
}

# The entries of a folder.
_netpoll_shim_offer_entries()
{
    local entries=("$1"/*)
    [[ -e ${entries[0]} ]] || return
    _netpoll_shim_offer -W "${entries[*]##*/}"
}

# The kernels of the root that the line names, or of this host.
_netpoll_shim_offer_kernels()
{
    local root='' i
    for ((i = 1; i < COMP_CWORD; i++)); do
        [[ ${COMP_WORDS[i]} == --root ]] || continue
        root=${COMP_WORDS[i + 1]}
        [[ $root != = ]] || root=${COMP_WORDS[i + 2]}
    done
    _netpoll_shim_offer_entries "$root/lib/modules"
}

# The value of the option $1. Fails where that takes none.
_netpoll_shim_offer_value()
{
    case $1 in
    --format) _netpoll_shim_offer -W 'text table json prometheus nagios html' ;;
    --exit-code) _netpoll_shim_offer -W 'own nagios systemd' ;;
    --module) _netpoll_shim_offer_files -f -X '!*.ko*' -o plusdirs ;;
    --root | --build-tree | --source) _netpoll_shim_offer_files -d ;;
    --inventory | --from | --command | --db | --key | --signature | --output) _netpoll_shim_offer_files -f ;;
    --kernel) _netpoll_shim_offer_kernels ;;
    --modalias | --distribution | --driver-version | --srcversion | --expires | --serial | --timeout) ;;
    *) return 1 ;;
    esac
}

_netpoll_shim_offer_options()
{
    case $1 in
    '') _netpoll_shim_offer -W '--help --version' ;;
    check)
        _netpoll_shim_offer -W '--help --explain --dry-run --module --root --kernel --all-kernels
            --modalias --all-drivers --inventory --json --format --exit-code'
        ;;
    load) _netpoll_shim_offer -W '--help --module --force --json' ;;
    bake)
        _netpoll_shim_offer -W '--help --root --kernel --all-kernels --modalias --module --dkms
            --build-tree --source --command --db --no-initramfs --dry-run --force --undo --json'
        ;;
    unload | status | 'db lint' | 'db diff') _netpoll_shim_offer -W '--help --json' ;;
    db) _netpoll_shim_offer -W '--help' ;;
    'db list')
        _netpoll_shim_offer -W '--help --drivers --kernels --comparers --available --shipped --from --json' ;;
    'db update') _netpoll_shim_offer -W '--help --from --dry-run --timeout --root --json' ;;
    'db rollback') _netpoll_shim_offer -W '--help --root --json' ;;
    'db build') _netpoll_shim_offer -W '--help --expires --serial --output --json' ;;
    'db sign') _netpoll_shim_offer -W '--help --key --output --json' ;;
    'db verify') _netpoll_shim_offer -W '--help --signature --key --json' ;;
    'db show')
        _netpoll_shim_offer -W '--help --kernel --distribution --driver-version --srcversion
            --in-tree --out-of-tree --from --json'
        ;;
    esac
}

# The drivers that the embedded database knows; the first line is the table's heading.
_netpoll_shim_offer_drivers()
{
    local heading name names=()
    {
        read -r heading
        while read -r name _; do
            names+=("$name")
        done
    } < <(netpoll-shim db list --drivers --shipped 2>/dev/null)
    [[ -z $heading ]] || _netpoll_shim_offer -W "${names[*]}"
}

_netpoll_shim_offer_arguments()
{
    case $1 in
    '') _netpoll_shim_offer -W 'check load unload status bake db' ;;
    check) _netpoll_shim_offer_entries /sys/class/net ;;
    db) _netpoll_shim_offer -W 'lint list show diff build sign verify update rollback' ;;
    'db lint' | 'db diff' | 'db build' | 'db sign' | 'db verify') _netpoll_shim_offer_files -f ;;
    'db show') _netpoll_shim_offer_drivers ;;
    esac
}

_netpoll_shim()
{
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command=
    COMPREPLY=()
    # "--format=js" comes as three words.
    if [[ $cur == = ]]; then
        cur=
    elif [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    # No option comes before a command but those that need none.
    if ((COMP_CWORD > 1)); then
        command=${COMP_WORDS[1]}
        if [[ $command == db ]] && ((COMP_CWORD > 2)); then
            command="db ${COMP_WORDS[2]}"
        fi
    fi
    if _netpoll_shim_offer_value "$prev"; then
        return
    elif [[ $cur == -* ]]; then
        _netpoll_shim_offer_options "$command"
    else
        _netpoll_shim_offer_arguments "$command"
    fi
}

complete -F _netpoll_shim netpoll-shim
