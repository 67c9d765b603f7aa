#compdef asterisk-connector
# Completions of asterisk-connector for zsh; written by 'asterisk-connector completion zsh'.

_asterisk_connector() {
    local command=$words[2]
    local -a offers
    integer skip=1
    if (( CURRENT == 2 )); then
        offers=(
            'spool:Look at the spool'
            'dead-letters:Records that the API refused for good: look, send again, remove'
            'recordings:Files to be uploaded: look, try again, see why one stays'
            'voicemail:Mails of voicemail with the text of the message'
            'callerid:Choose which number a call shows'
            'calls:Show live calls, agents and queues to browsers and programs'
            'simulate:Play the other side: a PBX or an API'
            'completion:Write completions for a shell'
            'run:Collect records from Asterisk and send them to the API'
            'check:Check the configuration, Asterisk and the API'
            'healthcheck:Tell whether the connector that runs here works'
            'demo:Show the whole way of a call, with nothing to set up'
            'classify:Show the direction of the calls in a file, and what the filters do'
            'gaps:List times in which records could have been missed'
            'manual:Write the manual page'
            'version:Show the version'
            'help:Show the help of a command'
        )
        _describe command offers
        return
    fi
    case $command in
    (spool)
        offers=(
            'status:Show what became of all records'
        )
        ;;
    (dead-letters)
        offers=(
            'list:List records that the API refused for good'
            'show:Show one dead letter with all that is in it'
            'retry:Send dead letters to the API again'
            'drop:Remove dead letters for good'
            'export:Write all dead letters as JSON, one record a line'
        )
        ;;
    (recordings)
        offers=(
            'list:List recordings that wait or were given up'
            'retry:Upload recordings again that were given up'
            'scan:Show for each file whether it would be uploaded, or why not'
        )
        ;;
    (voicemail)
        offers=(
            'mail:Send a mail of voicemail, with the text of the message'
            'flush:Send the mails of voicemail that wait'
            'check:Try all that a mail of voicemail needs, but send none'
            'preview:Write the mail that would be sent'
        )
        ;;
    (callerid)
        offers=(
            'run:Choose the caller ID of each call, over HTTP and FastAGI'
            'check:Check the settings of caller IDs, the ports and the numbers'
            'add:Add a number that calls may show'
            'remove:Remove a number'
            'enable:Take a number back into use'
            'disable:Take a number out of use, and keep it in the list'
            'list:List the numbers'
            'show:Show a number: its limits and uses, who has it, when it is free'
            'release:End the reservation of a number'
            'next:Ask for a caller ID, as a dialler does'
            'stats:Show how many numbers there are, and how many are reserved'
            'import:Add the numbers of a CSV file'
            'export:Write all numbers as a CSV file, which import reads'
            'sample:Write a CSV file of invented numbers, to try an import with'
            'token:Make a token for the HTTP port'
            'sync:Take over the numbers of the database that DATABASE names'
            'migrate:Create the tables of caller IDs in the database that DATABASE names'
            'backup:Copy the SQLite store of caller IDs, while the service runs or not'
            'dialplan:Print contexts for extensions.conf that ask for caller IDs'
        )
        ;;
    (calls)
        offers=(
            'run:Show what happens on the PBX now, over HTTP'
            'check:Check the settings of calls, the database, the port, Redis and Asterisk'
            'dialplan:Print contexts for extensions.conf that hold and transfer calls'
        )
        ;;
    (simulate)
        offers=(
            'pbx:Play a PBX that speaks AMI'
            'api:Play an API that takes records'
        )
        ;;
    (completion)
        offers=(
            'bash:Write completions for bash'
            'zsh:Write completions for zsh'
            'fish:Write completions for fish'
        )
        ;;
    esac
    if (( $#offers )); then
        if (( CURRENT == 3 )); then
            _describe command offers
            return
        fi
        command+=" $words[3]"
        skip=2
    fi
    shift $skip words
    (( CURRENT -= skip ))
    case $command in
    ('run')
        _arguments \
            '--config=[A JSON file with settings; beats ASTERISK_CONFIG_FILE]:FILE:_files' \
            '--env-file=[A .env file; variables of the environment beat it]:FILE:_files' \
            '--help[Show the help]'
        ;;
    ('check')
        _arguments \
            '--config=[A JSON file with settings; beats ASTERISK_CONFIG_FILE]:FILE:_files' \
            '--env-file=[A .env file; variables of the environment beat it]:FILE:_files' \
            '--help[Show the help]'
        ;;
    ('healthcheck')
        _arguments \
            '--config=[A JSON file with settings; beats ASTERISK_CONFIG_FILE]:FILE:_files' \
            '--env-file=[A .env file; variables of the environment beat it]:FILE:_files' \
            '--help[Show the help]'
        ;;
    ('demo')
        _arguments \
            '--calls=[How many calls the PBX plays (default\: 300)]:N: ' \
            '--rate=[How fast; 0 is line speed (default\: 2000)]:EVENTS_PER_SECOND: ' \
            '--seed=[Play the same calls again\: the number a former run showed]:N: ' \
            '--directory=[Keep the spool and the logs there; otherwise they are removed]:DIR:_files -/' \
            '--faults[Let the API fail in the middle]' \
            '--help[Show the help]'
        ;;
    ('classify')
        _arguments \
            '--csv[Read Asterisk'\''s cdr-csv/Master.csv instead of JSON]' \
            '--explain[Write for people which rules were tried, and why each applied or not]' \
            '--config=[A JSON file with settings; beats ASTERISK_CONFIG_FILE]:FILE:_files' \
            '--env-file=[A .env file; variables of the environment beat it]:FILE:_files' \
            '--help[Show the help]' \
            ':FILE:_files'
        ;;
    ('spool status')
        _arguments \
            '--json[Show it as JSON]' \
            '--config=[A JSON file with settings; beats ASTERISK_CONFIG_FILE]:FILE:_files' \
            '--env-file=[A .env file; variables of the environment beat it]:FILE:_files' \
            '--help[Show the help]'
        ;;
    ('dead-letters list')
        _arguments \
            '--limit=[The most to show (default\: 100)]:N: ' \
            '--all[Show all, however many there are]' \
            '--json[Show it as JSON]' \
            '--config=[A JSON file with settings; beats ASTERISK_CONFIG_FILE]:FILE:_files' \
            '--env-file=[A .env file; variables of the environment beat it]:FILE:_files' \
            '--help[Show the help]'
        ;;
    ('dead-letters show')
        _arguments \
            '--json[Show it as JSON]' \
            '--config=[A JSON file with settings; beats ASTERISK_CONFIG_FILE]:FILE:_files' \
            '--env-file=[A .env file; variables of the environment beat it]:FILE:_files' \
            '--help[Show the help]' \
            ':ID: '
        ;;
    ('dead-letters retry')
        _arguments \
            '--all[All there are]' \
            '--json[Show it as JSON]' \
            '--config=[A JSON file with settings; beats ASTERISK_CONFIG_FILE]:FILE:_files' \
            '--env-file=[A .env file; variables of the environment beat it]:FILE:_files' \
            '--help[Show the help]' \
            '*:ID: '
        ;;
    ('dead-letters drop')
        _arguments \
            '--all[All there are]' \
            '--yes[Do not ask]' \
            '--json[Show it as JSON]' \
            '--config=[A JSON file with settings; beats ASTERISK_CONFIG_FILE]:FILE:_files' \
            '--env-file=[A .env file; variables of the environment beat it]:FILE:_files' \
            '--help[Show the help]' \
            '*:ID: '
        ;;
    ('dead-letters export')
        _arguments \
            '--config=[A JSON file with settings; beats ASTERISK_CONFIG_FILE]:FILE:_files' \
            '--env-file=[A .env file; variables of the environment beat it]:FILE:_files' \
            '--help[Show the help]' \
            ':FILE:_files'
        ;;
    ('gaps')
        _arguments \
            '--limit=[The most to show (default\: 100)]:N: ' \
            '--all[Show all, however many there are]' \
            '--json[Show it as JSON]' \
            '--config=[A JSON file with settings; beats ASTERISK_CONFIG_FILE]:FILE:_files' \
            '--env-file=[A .env file; variables of the environment beat it]:FILE:_files' \
            '--help[Show the help]'
        ;;
    ('recordings list')
        _arguments \
            '--state=[Only those in this state\: seen (found once), waiting, done or parked]:STATE: ' \
            '--limit=[The most to show (default\: 100)]:N: ' \
            '--all[Show all, however many there are]' \
            '--json[Show it as JSON]' \
            '--config=[A JSON file with settings; beats ASTERISK_CONFIG_FILE]:FILE:_files' \
            '--env-file=[A .env file; variables of the environment beat it]:FILE:_files' \
            '--help[Show the help]'
        ;;
    ('recordings retry')
        _arguments \
            '--all[All there are]' \
            '--json[Show it as JSON]' \
            '--config=[A JSON file with settings; beats ASTERISK_CONFIG_FILE]:FILE:_files' \
            '--env-file=[A .env file; variables of the environment beat it]:FILE:_files' \
            '--help[Show the help]' \
            '*:ID: '
        ;;
    ('recordings scan')
        _arguments \
            '--dry-run[Needed\: without it, scanning is what '\''run'\'' does]' \
            '--all[List files of other extensions too, and do not only count them]' \
            '--json[Show it as JSON]' \
            '--config=[A JSON file with settings; beats ASTERISK_CONFIG_FILE]:FILE:_files' \
            '--env-file=[A .env file; variables of the environment beat it]:FILE:_files' \
            '--help[Show the help]'
        ;;
    ('voicemail mail')
        _arguments \
            '--env-file=[A .env file in place of /etc/asterisk-connector/voicemail.env]:FILE:_files' \
            '--help[Show the help]' \
            '*:WORD: '
        ;;
    ('voicemail flush')
        _arguments \
            '--env-file=[A .env file in place of /etc/asterisk-connector/voicemail.env]:FILE:_files' \
            '--now[Also send mails that are younger than 10 minutes]' \
            '--help[Show the help]'
        ;;
    ('voicemail check')
        _arguments \
            '--env-file=[A .env file in place of /etc/asterisk-connector/voicemail.env]:FILE:_files' \
            '--help[Show the help]'
        ;;
    ('voicemail preview')
        _arguments \
            '--env-file=[A .env file in place of /etc/asterisk-connector/voicemail.env]:FILE:_files' \
            '--eml=[A mail as Asterisk writes it; without it, an example]:FILE:_files' \
            '--help[Show the help]'
        ;;
    ('callerid run')
        _arguments \
            '--env-file=[A .env file in place of /etc/asterisk-connector/callerid.env]:FILE:_files' \
            '--ops-conf=[Also read the section \[global\] of an OPS.conf]:FILE:_files' \
            '--help[Show the help]'
        ;;
    ('callerid check')
        _arguments \
            '--env-file=[A .env file in place of /etc/asterisk-connector/callerid.env]:FILE:_files' \
            '--ops-conf=[Also read the section \[global\] of an OPS.conf]:FILE:_files' \
            '--help[Show the help]'
        ;;
    ('callerid add')
        _arguments \
            '--env-file=[A .env file in place of /etc/asterisk-connector/callerid.env]:FILE:_files' \
            '--json[Write the answer as JSON]' \
            '--carrier=[Whose number it is]:NAME: ' \
            '--area-code=[1 to 6 digits; else the first three of ten]:CODE: ' \
            '--hourly-limit=[Uses in a clock hour; -1\: no limit]:N: ' \
            '--daily-limit=[Uses in a calendar day; -1\: no limit]:N: ' \
            '--pool=[The campaign that alone may use it]:NAME: ' \
            '--trunk=[The trunk that shows it, which takes it out of rotation]:NAME: ' \
            '--route=[The route of the trunk]:N: ' \
            '--help[Show the help]' \
            ':NUMBER: '
        ;;
    ('callerid remove')
        _arguments \
            '--env-file=[A .env file in place of /etc/asterisk-connector/callerid.env]:FILE:_files' \
            '--json[Write the answer as JSON]' \
            '--help[Show the help]' \
            ':NUMBER: '
        ;;
    ('callerid enable')
        _arguments \
            '--env-file=[A .env file in place of /etc/asterisk-connector/callerid.env]:FILE:_files' \
            '--json[Write the answer as JSON]' \
            '--help[Show the help]' \
            ':NUMBER: '
        ;;
    ('callerid disable')
        _arguments \
            '--env-file=[A .env file in place of /etc/asterisk-connector/callerid.env]:FILE:_files' \
            '--json[Write the answer as JSON]' \
            '--help[Show the help]' \
            ':NUMBER: '
        ;;
    ('callerid list')
        _arguments \
            '--env-file=[A .env file in place of /etc/asterisk-connector/callerid.env]:FILE:_files' \
            '--json[Write the answer as JSON]' \
            '--area-code=[Only those of an area code]:CODE: ' \
            '--pool=[Only those of a campaign]:NAME: ' \
            '--help[Show the help]'
        ;;
    ('callerid show')
        _arguments \
            '--env-file=[A .env file in place of /etc/asterisk-connector/callerid.env]:FILE:_files' \
            '--json[Write the answer as JSON]' \
            '--help[Show the help]' \
            ':NUMBER: '
        ;;
    ('callerid release')
        _arguments \
            '--env-file=[A .env file in place of /etc/asterisk-connector/callerid.env]:FILE:_files' \
            '--json[Write the answer as JSON]' \
            '--help[Show the help]' \
            ':NUMBER: '
        ;;
    ('callerid next')
        _arguments \
            '--env-file=[A .env file in place of /etc/asterisk-connector/callerid.env]:FILE:_files' \
            '--json[Write the answer as JSON]' \
            '--dry-run[Explain the choice, and change nothing]' \
            '--help[Show the help]' \
            ':TO: ' \
            ':CAMPAIGN: ' \
            ':AGENT: '
        ;;
    ('callerid stats')
        _arguments \
            '--env-file=[A .env file in place of /etc/asterisk-connector/callerid.env]:FILE:_files' \
            '--json[Write the answer as JSON]' \
            '--help[Show the help]'
        ;;
    ('callerid import')
        _arguments \
            '--env-file=[A .env file in place of /etc/asterisk-connector/callerid.env]:FILE:_files' \
            '--json[Write the answer as JSON]' \
            '--mode=[What happens to numbers that are there\: skip, update or replace (default\: skip)]:MODE: ' \
            '--strict[Change nothing when there is a bad row]' \
            '--dry-run[Say what would happen, and change nothing]' \
            '--force[Let replace take away all numbers, or many]' \
            '--url=[Send the file to this service, such as https\://pbx.example.com]:URL: ' \
            '--help[Show the help]' \
            ':FILE:_files'
        ;;
    ('callerid export')
        _arguments \
            '--env-file=[A .env file in place of /etc/asterisk-connector/callerid.env]:FILE:_files' \
            '--help[Show the help]' \
            ':FILE:_files'
        ;;
    ('callerid sample')
        _arguments \
            '--help[Show the help]' \
            ':COUNT: ' \
            ':FILE:_files'
        ;;
    ('callerid token')
        _arguments \
            '--env-file=[A .env file in place of /etc/asterisk-connector/callerid.env]:FILE:_files' \
            '--role=[What it allows\: admin, operator, viewer or agent (default\: viewer)]:ROLE: ' \
            '--name=[Whose token it is]:NAME: ' \
            '--minutes=[How long it is valid (default\: ACCESS_TOKEN_EXPIRE_MINUTES)]:N: ' \
            '--help[Show the help]'
        ;;
    ('callerid sync')
        _arguments \
            '--env-file=[A .env file in place of /etc/asterisk-connector/callerid.env]:FILE:_files' \
            '--ops-conf=[Also read the section \[global\] of an OPS.conf]:FILE:_files' \
            '--json[Write the answer as JSON]' \
            '--full[Read all rows, so that deleted ones go]' \
            '--force[Let a table that is empty, or has few numbers, count]' \
            '--help[Show the help]'
        ;;
    ('callerid migrate')
        _arguments \
            '--env-file=[A .env file in place of /etc/asterisk-connector/callerid.env]:FILE:_files' \
            '--ops-conf=[Also read the section \[global\] of an OPS.conf]:FILE:_files' \
            '--from-redis[Import the numbers in the keys callerid_infor\:* of Redis, which stay]' \
            '--help[Show the help]'
        ;;
    ('callerid backup')
        _arguments \
            '--env-file=[A .env file in place of /etc/asterisk-connector/callerid.env]:FILE:_files' \
            '--help[Show the help]' \
            ':FILE:_files'
        ;;
    ('callerid dialplan')
        _arguments \
            '--env-file=[A .env file in place of /etc/asterisk-connector/callerid.env]:FILE:_files' \
            '--help[Show the help]'
        ;;
    ('calls run')
        _arguments \
            '--config=[A JSON file with settings; beats ASTERISK_CONFIG_FILE]:FILE:_files' \
            '--env-file=[A .env file in place of /etc/asterisk-connector/calls.env]:FILE:_files' \
            '--help[Show the help]'
        ;;
    ('calls check')
        _arguments \
            '--config=[A JSON file with settings; beats ASTERISK_CONFIG_FILE]:FILE:_files' \
            '--env-file=[A .env file in place of /etc/asterisk-connector/calls.env]:FILE:_files' \
            '--help[Show the help]'
        ;;
    ('calls dialplan')
        _arguments \
            '--config=[A JSON file with settings; beats ASTERISK_CONFIG_FILE]:FILE:_files' \
            '--env-file=[A .env file in place of /etc/asterisk-connector/calls.env]:FILE:_files' \
            '--help[Show the help]'
        ;;
    ('calls user add')
        _arguments \
            '--config=[A JSON file with settings; beats ASTERISK_CONFIG_FILE]:FILE:_files' \
            '--env-file=[A .env file in place of /etc/asterisk-connector/calls.env]:FILE:_files' \
            '--role=[agent, manager, admin or superuser]:ROLE: ' \
            '--extension=[The phone of the user]:NUMBER: ' \
            '--name=[What others see]:TEXT: ' \
            '*--permissions=[What an agent may do\: make_calls, transfer_calls, record_calls, ... or * (can be repeated)]:NAME: ' \
            '*--teams=[An extension that a manager controls (can be repeated)]:NUMBER: ' \
            '--json[Write the answer as JSON]' \
            '--help[Show the help]' \
            ':NAME: '
        ;;
    ('calls user list')
        _arguments \
            '--config=[A JSON file with settings; beats ASTERISK_CONFIG_FILE]:FILE:_files' \
            '--env-file=[A .env file in place of /etc/asterisk-connector/calls.env]:FILE:_files' \
            '--json[Write the answer as JSON]' \
            '--help[Show the help]'
        ;;
    ('calls user disable')
        _arguments \
            '--config=[A JSON file with settings; beats ASTERISK_CONFIG_FILE]:FILE:_files' \
            '--env-file=[A .env file in place of /etc/asterisk-connector/calls.env]:FILE:_files' \
            '--json[Write the answer as JSON]' \
            '--help[Show the help]' \
            ':NAME: '
        ;;
    ('calls user password')
        _arguments \
            '--config=[A JSON file with settings; beats ASTERISK_CONFIG_FILE]:FILE:_files' \
            '--env-file=[A .env file in place of /etc/asterisk-connector/calls.env]:FILE:_files' \
            '--json[Write the answer as JSON]' \
            '--help[Show the help]' \
            ':NAME: '
        ;;
    ('calls user import')
        _arguments \
            '--config=[A JSON file with settings; beats ASTERISK_CONFIG_FILE]:FILE:_files' \
            '--env-file=[A .env file in place of /etc/asterisk-connector/calls.env]:FILE:_files' \
            '--role=[The role of users whose lines have none (default\: agent)]:ROLE: ' \
            '*--permissions=[What the users may do, as for user add (can be repeated)]:NAME: ' \
            '--help[Show the help]' \
            ':FILE:_files'
        ;;
    ('simulate pbx')
        _arguments \
            '--port=[The TCP port; 0 is any free one (default\: 5038)]:N: ' \
            '--bind=[The address to listen on (default\: 127.0.0.1)]:ADDRESS: ' \
            '--username=[The user that may log in (default\: connector)]:NAME: ' \
            '--secret=[The secret of that user, not one of a real PBX (default\: simulated)]:TEXT: ' \
            '--calls=[How many calls to play; 0 is without end (default\: 0)]:N: ' \
            '--rate=[How fast; 0 is line speed (default\: 20)]:EVENTS_PER_SECOND: ' \
            '--seed=[Play the same calls again]:N: ' \
            '--zone=[The IANA time zone of the PBX (default\: UTC)]:NAME: ' \
            '--log=[Write what was played to this file, one line for each record]:FILE:_files' \
            '--wait-for-login[Play only once a client is logged in]' \
            '--prerender[Make all events first, then send them\: for measuring]' \
            '*--fault=[Something that goes wrong (can be repeated)]:SPEC: ' \
            '--live[A PBX with state, which obeys actions, in place of prepared calls]' \
            '--agents=[With --live\: how many phones, from 1001 on (default\: 10)]:N: ' \
            '--queues=[With --live\: how many queues, from q600 on (default\: 3)]:N: ' \
            '--calls-per-minute=[With --live\: calls that begin by themselves (default\: 12)]:N: ' \
            '--write=[With --live\: what the user may do, as in manager.conf (default\: system,call,agent,originate,reporting)]:CLASSES: ' \
            '--no-mappings[Send CDRs as without mappings in cdr_manager.conf]' \
            '--no-timestamps[Send events as without timestampevents in manager.conf]' \
            '--help[Show the help]'
        ;;
    ('simulate api')
        _arguments \
            '--port=[The TCP port; 0 is any free one (default\: 8080)]:N: ' \
            '--bind=[The address to listen on (default\: 127.0.0.1)]:ADDRESS: ' \
            '--log=[Write what was received to this file, one line for each record]:FILE:_files' \
            '--token=[Accept only requests with this key]:TEXT: ' \
            '--behaviour=[How to answer\: delays, errors and cut connections]:JSON: ' \
            '--counting[Only count what comes, and keep none of it]' \
            '--help[Show the help]'
        ;;
    ('completion bash')
        _arguments \
            '--help[Show the help]'
        ;;
    ('completion zsh')
        _arguments \
            '--help[Show the help]'
        ;;
    ('completion fish')
        _arguments \
            '--help[Show the help]'
        ;;
    ('manual')
        _arguments \
            '--help[Show the help]'
        ;;
    ('version')
        _arguments \
            '--help[Show the help]'
        ;;
    esac
}

if [[ $funcstack[1] == _asterisk-connector ]]; then
    _asterisk_connector "$@"
else
    compdef _asterisk_connector asterisk-connector
fi
