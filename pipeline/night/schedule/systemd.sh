# Casefinder every night at {{ at }}, by systemd, as the account {{ user }}.
#
# Save this text as casefinder-nightly.sh. It writes two files, casefinder-nightly.service and
# casefinder-nightly.timer, to /etc/systemd/system, replacing any that are there, and does nothing else.
# The account and the folders named under ReadWritePaths must exist. Then, in a terminal:
#
# 1. Write the two files:    sudo sh casefinder-nightly.sh
# 2. Tell systemd:           sudo systemctl daemon-reload
# 3. Switch them on:         sudo systemctl enable --now casefinder-nightly.timer
# 4. Try it once, now:       sudo systemctl start casefinder-nightly.service
#    It returns when the night is done. If it fails, the error names the next command.
# 5. See whether it ran:     systemctl status casefinder-nightly.service
#    and when it will:       systemctl list-timers casefinder-nightly.timer
#    What happened is on the page nightly.html in the output folder; for what was printed, type
#                            sudo journalctl -u casefinder-nightly.service
# 6. Remove it again:        sudo systemctl disable --now casefinder-nightly.timer
#                            sudo rm /etc/systemd/system/casefinder-nightly.service
#                            sudo rm /etc/systemd/system/casefinder-nightly.timer
#                            sudo systemctl daemon-reload
#    Lists, store and ledger stay where they are.

set -eu
umask 022

cat > /etc/systemd/system/casefinder-nightly.service <<'END-OF-SERVICE'
[Unit]
Description=Casefinder: the nightly search

[Service]
Type=oneshot
User={{ user }}
ExecStart={{ program }} nightly --config {{ config }}
TimeoutStartSec=12h
TimeoutStopSec=5min
Nice=10

# Only this account can read what it writes, and no patient data is left in a core dump.
UMask=0077
LimitCORE=0

# It reaches no network, and writes to these folders only.
PrivateNetwork=yes
RestrictAddressFamilies=AF_UNIX
ProtectSystem=strict
{% for path in writes %}
ReadWritePaths={{ path }}
{% endfor %}
ProtectHome={{ home }}
PrivateTmp=yes

# It needs nothing from the machine except files and time.
NoNewPrivileges=yes
CapabilityBoundingSet=
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
KeyringMode=private
RemoveIPC=yes
SystemCallArchitectures=native
END-OF-SERVICE

cat > /etc/systemd/system/casefinder-nightly.timer <<'END-OF-TIMER'
[Unit]
Description=Casefinder: when the nightly search runs

[Timer]
OnCalendar=*-*-* {{ at }}:00
RandomizedDelaySec=2min
# A night missed because the machine was off runs when it is on again.
Persistent=yes

[Install]
WantedBy=timers.target
END-OF-TIMER

echo "Written: casefinder-nightly.service and casefinder-nightly.timer. Continue with step 2 at the top of this file."
