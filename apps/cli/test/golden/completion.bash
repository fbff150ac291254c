# bash completion for firsthop: source <(firsthop completion bash)
_firsthop() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  local at=firsthop word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $word" in
      'firsthop verify'|'firsthop connectivity'|'firsthop diff'|'firsthop explain'|'firsthop reach'|'firsthop lint'|'firsthop test'|'firsthop convert'|'firsthop lab'|'firsthop lab run'|'firsthop lab up'|'firsthop lab down'|'firsthop lab status'|'firsthop status'|'firsthop completion'|'firsthop version') at="$at $word" ;;
    esac
  done
  COMPREPLY=()
  case "$at $previous" in
    'firsthop verify -f'|'firsthop verify --file') compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    'firsthop verify --probes') compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    'firsthop verify -o'|'firsthop verify --output') mapfile -t COMPREPLY < <(compgen -W 'table json' -- "$current"); return ;;
    'firsthop verify --ip-blocks') mapfile -t COMPREPLY < <(compgen -W 'all external' -- "$current"); return ;;
    'firsthop verify --host-network') mapfile -t COMPREPLY < <(compgen -W 'host pods' -- "$current"); return ;;
    'firsthop verify --family') mapfile -t COMPREPLY < <(compgen -W '4 6 dual' -- "$current"); return ;;
    'firsthop verify --at') mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    'firsthop connectivity -f'|'firsthop connectivity --file') compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    'firsthop connectivity -o'|'firsthop connectivity --output') mapfile -t COMPREPLY < <(compgen -W 'table json csv md dot svg' -- "$current"); return ;;
    'firsthop connectivity --focus') mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    'firsthop connectivity --ip-blocks') mapfile -t COMPREPLY < <(compgen -W 'all external' -- "$current"); return ;;
    'firsthop connectivity --host-network') mapfile -t COMPREPLY < <(compgen -W 'host pods' -- "$current"); return ;;
    'firsthop connectivity --family') mapfile -t COMPREPLY < <(compgen -W '4 6 dual' -- "$current"); return ;;
    'firsthop connectivity --at') mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    'firsthop diff -f'|'firsthop diff --file') compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    'firsthop diff --to') compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    'firsthop diff -o'|'firsthop diff --output') mapfile -t COMPREPLY < <(compgen -W 'table json csv md dot svg junit sarif' -- "$current"); return ;;
    'firsthop diff --ip-blocks') mapfile -t COMPREPLY < <(compgen -W 'all external' -- "$current"); return ;;
    'firsthop diff --host-network') mapfile -t COMPREPLY < <(compgen -W 'host pods' -- "$current"); return ;;
    'firsthop diff --family') mapfile -t COMPREPLY < <(compgen -W '4 6 dual' -- "$current"); return ;;
    'firsthop diff --at') mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    'firsthop explain -f'|'firsthop explain --file') compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    'firsthop explain --answer') mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    'firsthop explain -o'|'firsthop explain --output') mapfile -t COMPREPLY < <(compgen -W 'table json' -- "$current"); return ;;
    'firsthop explain --ip-blocks') mapfile -t COMPREPLY < <(compgen -W 'all external' -- "$current"); return ;;
    'firsthop explain --host-network') mapfile -t COMPREPLY < <(compgen -W 'host pods' -- "$current"); return ;;
    'firsthop explain --family') mapfile -t COMPREPLY < <(compgen -W '4 6 dual' -- "$current"); return ;;
    'firsthop explain --at') mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    'firsthop reach -f'|'firsthop reach --file') compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    'firsthop reach --hops') mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    'firsthop reach -o'|'firsthop reach --output') mapfile -t COMPREPLY < <(compgen -W 'table json' -- "$current"); return ;;
    'firsthop reach --ip-blocks') mapfile -t COMPREPLY < <(compgen -W 'all external' -- "$current"); return ;;
    'firsthop reach --host-network') mapfile -t COMPREPLY < <(compgen -W 'host pods' -- "$current"); return ;;
    'firsthop reach --family') mapfile -t COMPREPLY < <(compgen -W '4 6 dual' -- "$current"); return ;;
    'firsthop reach --at') mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    'firsthop lint -f'|'firsthop lint --file') compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    'firsthop lint -o'|'firsthop lint --output') mapfile -t COMPREPLY < <(compgen -W 'table json sarif junit' -- "$current"); return ;;
    'firsthop test -f'|'firsthop test --file') compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    'firsthop test --assert') compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    'firsthop test -o'|'firsthop test --output') mapfile -t COMPREPLY < <(compgen -W 'table json junit' -- "$current"); return ;;
    'firsthop test --ip-blocks') mapfile -t COMPREPLY < <(compgen -W 'all external' -- "$current"); return ;;
    'firsthop test --host-network') mapfile -t COMPREPLY < <(compgen -W 'host pods' -- "$current"); return ;;
    'firsthop test --family') mapfile -t COMPREPLY < <(compgen -W '4 6 dual' -- "$current"); return ;;
    'firsthop test --at') mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    'firsthop convert -f'|'firsthop convert --file') compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    'firsthop convert -o'|'firsthop convert --output') mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    'firsthop lab run -f'|'firsthop lab run --file') compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    'firsthop lab run --probes') compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    'firsthop lab run -o'|'firsthop lab run --output') mapfile -t COMPREPLY < <(compgen -W 'json' -- "$current"); return ;;
    'firsthop lab run --nodes') mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    'firsthop lab run --kernel') mapfile -t COMPREPLY < <(compgen -W 'auto linux simulated' -- "$current"); return ;;
    'firsthop lab run --family') mapfile -t COMPREPLY < <(compgen -W '4 6 dual' -- "$current"); return ;;
    'firsthop lab up -f'|'firsthop lab up --file') compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    'firsthop lab up --nodes') mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    'firsthop lab up --kernel') mapfile -t COMPREPLY < <(compgen -W 'auto linux simulated' -- "$current"); return ;;
    'firsthop status --server') mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    'firsthop status --ca') compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    'firsthop status --cert') compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    'firsthop status --key') compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    'firsthop status -o'|'firsthop status --output') mapfile -t COMPREPLY < <(compgen -W 'table json' -- "$current"); return ;;
  esac
  case "$at" in
    'firsthop') mapfile -t COMPREPLY < <(compgen -W 'verify connectivity diff explain reach lint test convert lab status completion version -h --help' -- "$current") ;;
    'firsthop verify') mapfile -t COMPREPLY < <(compgen -W '-f --file --probes -o --output --ip-blocks --host-network --family --at --keep-going -h --help' -- "$current") ;;
    'firsthop connectivity') mapfile -t COMPREPLY < <(compgen -W '-f --file -o --output --focus --explain --ip-blocks --host-network --family --at --keep-going -h --help' -- "$current") ;;
    'firsthop diff') mapfile -t COMPREPLY < <(compgen -W '-f --file --to -o --output --ip-blocks --host-network --family --at --keep-going -h --help' -- "$current") ;;
    'firsthop explain') mapfile -t COMPREPLY < <(compgen -W '-f --file --answer -o --output --ip-blocks --host-network --family --at --keep-going -h --help' -- "$current") ;;
    'firsthop reach') mapfile -t COMPREPLY < <(compgen -W '-f --file --hops -o --output --ip-blocks --host-network --family --at --keep-going -h --help' -- "$current") ;;
    'firsthop lint') mapfile -t COMPREPLY < <(compgen -W '-f --file -o --output -h --help' -- "$current") ;;
    'firsthop test') mapfile -t COMPREPLY < <(compgen -W '-f --file --assert -o --output --ip-blocks --host-network --family --at --keep-going -h --help' -- "$current") ;;
    'firsthop convert') mapfile -t COMPREPLY < <(compgen -W '-f --file -o --output --keep-going -h --help' -- "$current") ;;
    'firsthop lab') mapfile -t COMPREPLY < <(compgen -W 'run up down status -h --help' -- "$current") ;;
    'firsthop lab run') mapfile -t COMPREPLY < <(compgen -W '-f --file --probes -o --output --nodes --kernel --family -h --help' -- "$current") ;;
    'firsthop lab up') mapfile -t COMPREPLY < <(compgen -W '-f --file --nodes --kernel --stay --once -h --help' -- "$current") ;;
    'firsthop lab down') mapfile -t COMPREPLY < <(compgen -W '-h --help' -- "$current") ;;
    'firsthop lab status') mapfile -t COMPREPLY < <(compgen -W '-h --help' -- "$current") ;;
    'firsthop status') mapfile -t COMPREPLY < <(compgen -W '--server --ca --cert --key -o --output -h --help' -- "$current") ;;
    'firsthop completion') mapfile -t COMPREPLY < <(compgen -W 'bash zsh fish powershell -h --help' -- "$current") ;;
    'firsthop version') mapfile -t COMPREPLY < <(compgen -W '-h --help' -- "$current") ;;
  esac
}
complete -F _firsthop firsthop kubectl-firsthop
