#!/bin/sh
# SysV init, Amazon Linux 1 and RHEL 6: /etc/init.d/netpoll-shim-load, then
# chkconfig --add netpoll-shim-load (elsewhere: update-rc.d netpoll-shim-load defaults).
#
# Before the network, which has 10:
# chkconfig: 2345 08 92
# description: Gives netpoll to the network drivers that lack it
### BEGIN INIT INFO
# Provides: netpoll-shim-load
# Required-Start: $local_fs
# Required-Stop:
# X-Start-Before: $network
# Default-Start: 2 3 4 5
# Default-Stop:
# Short-Description: Gives netpoll to the network drivers that lack it
### END INIT INFO

case "${1:-}" in
start | restart | force-reload)
    exec /usr/sbin/netpoll-shim load
    ;;
status)
    exec /usr/sbin/netpoll-shim status
    ;;
stop)
    # Messages are wanted to the very end.
    ;;
*)
    echo "Usage: $0 {start|stop|status|restart}" >&2
    exit 2
    ;;
esac
