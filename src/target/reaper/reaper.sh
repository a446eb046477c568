#!/bin/sh
# The reaper: a small process, one for each run, that outlives it. Through its stdin it is told of process groups, temporary
# folders and mounts; when that pipe ends, however the run ended, it ends the groups, removes mounts and folders, and is
# gone within two seconds. Lines: `group PID`, `folder PATH`, `mount PATH`, and the same with `drop-`. Its argument is the run's
# id, the value of PSC_RUN in the environment of every process of the run. A shell, for it only waits: a runtime would
# take fifty times the memory for that.

run_id=$1
# One member a line.
groups=
folders=
mounts=
newline='
'

# A terminal's Ctrl-C or hang-up is for the run; we go by the pipe alone.
trap '' INT TERM HUP

# Prints the list $1 without its member $2.
without() {
  printf '%s' "$1" | grep -vxF -e "$2"
}

# Signals each group (0 only asks) and forgets those that are gone.
signal_all() {
  left=
  for pid in $groups; do
    kill -s "$1" -- "-$pid" 2>/dev/null && left="$left$pid$newline"
  done
  groups=$left
}

# Adds the group leaders that carry this run's mark: the one that was started in the moment before we would have been
# told. Only where /proc tells (Linux); elsewhere that moment stays open.
add_marked() {
  [ -n "$run_id" ] || return
  for file in $(grep -lazxF -e "PSC_RUN=$run_id" /proc/[0-9]*/environ 2>/dev/null); do
    pid=${file#/proc/}
    pid=${pid%/environ}
    # Field 5 is the group; what stands before the last bracket may hold spaces.
    stat=$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null)
    [ "$(echo "$stat" | cut -d ' ' -f 3)" = "$pid" ] && groups="$groups$pid$newline"
  done
}

while IFS= read -r line; do
  argument=${line#* }
  case $line in
    'group '*) groups="$groups$argument$newline" ;;
    'folder '*) folders="$folders$argument$newline" ;;
    'mount '*) mounts="$mounts$argument$newline" ;;
    'drop-mount '*) mounts=$(without "$mounts" "$argument")$newline ;;
    'drop-group '*) groups=$(without "$groups" "$argument")$newline ;;
    'drop-folder '*) folders=$(without "$folders" "$argument")$newline ;;
  esac
done

add_marked
# A stopped process takes no SIGTERM until it goes on.
signal_all TERM
signal_all CONT
# Short: whoever is left here had its chance before.
waited_ms=0
while [ -n "$groups" ] && [ "$waited_ms" -lt 500 ]; do
  sleep 0.02
  waited_ms=$((waited_ms + 20))
  signal_all 0
done
# Also what was started while the rest was dying.
add_marked
signal_all KILL

printf '%s' "$mounts" | while IFS= read -r mount; do
  [ -n "$mount" ] && umount -l "$mount"
done 2>/dev/null
printf '%s' "$folders" | while IFS= read -r folder; do
  # What was just killed may still write its last into it.
  [ -n "$folder" ] && { rm -rf -- "$folder" || { sleep 0.1; rm -rf -- "$folder"; }; }
done 2>/dev/null
exit 0
