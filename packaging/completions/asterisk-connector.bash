# Completions of asterisk-connector for bash; written by 'asterisk-connector completion bash'.

_asterisk_connector() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local command=${COMP_WORDS[1]} words='' takes=''
    # For bash the sign in --option=value is a word.
    if [[ $current == = ]]; then
        current=
    elif [[ $previous == = ]]; then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W 'spool dead-letters recordings voicemail callerid calls simulate completion run check healthcheck demo classify gaps manual version help --help --version' -- "$current")
        return
    fi
    case $command in
    spool) words='status --help' ;;
    dead-letters) words='list show retry drop export --help' ;;
    recordings) words='list retry scan --help' ;;
    voicemail) words='mail flush check preview --help' ;;
    callerid) words='run check add remove enable disable list show release next stats import export sample token sync migrate backup dialplan --help' ;;
    calls) words='run check dialplan --help' ;;
    simulate) words='pbx api --help' ;;
    completion) words='bash zsh fish --help' ;;
    help) words='spool dead-letters recordings voicemail callerid calls simulate completion run check healthcheck demo classify gaps manual version' ;;
    esac
    if [[ $words ]]; then
        if ((COMP_CWORD == 2)); then
            mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
            return
        fi
        command+=" ${COMP_WORDS[2]}"
        words=
    fi
    case $previous in
    --config | --eml | --env-file | --log | --ops-conf) takes='file' ;;
    --directory) takes='directory' ;;
    --agents | --area-code | --behaviour | --bind | --calls | --calls-per-minute | --carrier | --daily-limit | --extension | --fault | --hourly-limit | --limit | --minutes | --mode | --name | --permissions | --pool | --port | --queues | --rate | --role | --route | --secret | --seed | --state | --teams | --token | --trunk | --url | --username | --write | --zone) return ;;
    *)
        case $command in
        'run') words='--config --env-file --help' ;;
        'check') words='--config --env-file --help' ;;
        'healthcheck') words='--config --env-file --help' ;;
        'demo') words='--calls --rate --seed --directory --faults --help' ;;
        'classify') words='--csv --explain --config --env-file --help' takes='file' ;;
        'spool status') words='--json --config --env-file --help' ;;
        'dead-letters list') words='--limit --all --json --config --env-file --help' ;;
        'dead-letters show') words='--json --config --env-file --help' ;;
        'dead-letters retry') words='--all --json --config --env-file --help' ;;
        'dead-letters drop') words='--all --yes --json --config --env-file --help' ;;
        'dead-letters export') words='--config --env-file --help' takes='file' ;;
        'gaps') words='--limit --all --json --config --env-file --help' ;;
        'recordings list') words='--state --limit --all --json --config --env-file --help' ;;
        'recordings retry') words='--all --json --config --env-file --help' ;;
        'recordings scan') words='--dry-run --all --json --config --env-file --help' ;;
        'voicemail mail') words='--env-file --help' ;;
        'voicemail flush') words='--env-file --now --help' ;;
        'voicemail check') words='--env-file --help' ;;
        'voicemail preview') words='--env-file --eml --help' ;;
        'callerid run') words='--env-file --ops-conf --help' ;;
        'callerid check') words='--env-file --ops-conf --help' ;;
        'callerid add') words='--env-file --json --carrier --area-code --hourly-limit --daily-limit --pool --trunk --route --help' ;;
        'callerid remove') words='--env-file --json --help' ;;
        'callerid enable') words='--env-file --json --help' ;;
        'callerid disable') words='--env-file --json --help' ;;
        'callerid list') words='--env-file --json --area-code --pool --help' ;;
        'callerid show') words='--env-file --json --help' ;;
        'callerid release') words='--env-file --json --help' ;;
        'callerid next') words='--env-file --json --dry-run --help' ;;
        'callerid stats') words='--env-file --json --help' ;;
        'callerid import') words='--env-file --json --mode --strict --dry-run --force --url --help' takes='file' ;;
        'callerid export') words='--env-file --help' takes='file' ;;
        'callerid sample') words='--help' takes='file' ;;
        'callerid token') words='--env-file --role --name --minutes --help' ;;
        'callerid sync') words='--env-file --ops-conf --json --full --force --help' ;;
        'callerid migrate') words='--env-file --ops-conf --from-redis --help' ;;
        'callerid backup') words='--env-file --help' takes='file' ;;
        'callerid dialplan') words='--env-file --help' ;;
        'calls run') words='--config --env-file --help' ;;
        'calls check') words='--config --env-file --help' ;;
        'calls dialplan') words='--config --env-file --help' ;;
        'calls user add') words='--config --env-file --role --extension --name --permissions --teams --json --help' ;;
        'calls user list') words='--config --env-file --json --help' ;;
        'calls user disable') words='--config --env-file --json --help' ;;
        'calls user password') words='--config --env-file --json --help' ;;
        'calls user import') words='--config --env-file --role --permissions --help' takes='file' ;;
        'simulate pbx') words='--port --bind --username --secret --calls --rate --seed --zone --log --wait-for-login --prerender --fault --live --agents --queues --calls-per-minute --write --no-mappings --no-timestamps --help' ;;
        'simulate api') words='--port --bind --log --token --behaviour --counting --help' ;;
        'completion bash') words='--help' ;;
        'completion zsh') words='--help' ;;
        'completion fish') words='--help' ;;
        'manual') words='--help' ;;
        'version') words='--help' ;;
        esac
        ;;
    esac
    if [[ $current == -* || ! $takes ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    else
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -A "$takes" -- "$current")
    fi
}

complete -F _asterisk_connector asterisk-connector
