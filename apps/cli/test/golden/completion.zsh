#compdef firsthop kubectl-firsthop
# zsh completion for firsthop: put it into a folder of $fpath as _firsthop
_firsthop() {
  local previous=${words[CURRENT-1]}
  local at=firsthop word
  for word in "${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in
      'firsthop verify'|'firsthop connectivity'|'firsthop diff'|'firsthop explain'|'firsthop reach'|'firsthop lint'|'firsthop test'|'firsthop convert'|'firsthop lab'|'firsthop lab run'|'firsthop lab up'|'firsthop lab down'|'firsthop lab status'|'firsthop status'|'firsthop completion'|'firsthop version') at="$at $word" ;;
    esac
  done
  local -a found
  case "$at $previous" in
    'firsthop verify -f'|'firsthop verify --file') _files; return ;;
    'firsthop verify --probes') _files; return ;;
    'firsthop verify -o'|'firsthop verify --output') compadd -- 'table' 'json'; return ;;
    'firsthop verify --ip-blocks') compadd -- 'all' 'external'; return ;;
    'firsthop verify --host-network') compadd -- 'host' 'pods'; return ;;
    'firsthop verify --family') compadd -- '4' '6' 'dual'; return ;;
    'firsthop verify --at') _message 'value'; return ;;
    'firsthop connectivity -f'|'firsthop connectivity --file') _files; return ;;
    'firsthop connectivity -o'|'firsthop connectivity --output') compadd -- 'table' 'json' 'csv' 'md' 'dot' 'svg'; return ;;
    'firsthop connectivity --focus') _message 'value'; return ;;
    'firsthop connectivity --ip-blocks') compadd -- 'all' 'external'; return ;;
    'firsthop connectivity --host-network') compadd -- 'host' 'pods'; return ;;
    'firsthop connectivity --family') compadd -- '4' '6' 'dual'; return ;;
    'firsthop connectivity --at') _message 'value'; return ;;
    'firsthop diff -f'|'firsthop diff --file') _files; return ;;
    'firsthop diff --to') _files; return ;;
    'firsthop diff -o'|'firsthop diff --output') compadd -- 'table' 'json' 'csv' 'md' 'dot' 'svg' 'junit' 'sarif'; return ;;
    'firsthop diff --ip-blocks') compadd -- 'all' 'external'; return ;;
    'firsthop diff --host-network') compadd -- 'host' 'pods'; return ;;
    'firsthop diff --family') compadd -- '4' '6' 'dual'; return ;;
    'firsthop diff --at') _message 'value'; return ;;
    'firsthop explain -f'|'firsthop explain --file') _files; return ;;
    'firsthop explain --answer') _message 'value'; return ;;
    'firsthop explain -o'|'firsthop explain --output') compadd -- 'table' 'json'; return ;;
    'firsthop explain --ip-blocks') compadd -- 'all' 'external'; return ;;
    'firsthop explain --host-network') compadd -- 'host' 'pods'; return ;;
    'firsthop explain --family') compadd -- '4' '6' 'dual'; return ;;
    'firsthop explain --at') _message 'value'; return ;;
    'firsthop reach -f'|'firsthop reach --file') _files; return ;;
    'firsthop reach --hops') _message 'value'; return ;;
    'firsthop reach -o'|'firsthop reach --output') compadd -- 'table' 'json'; return ;;
    'firsthop reach --ip-blocks') compadd -- 'all' 'external'; return ;;
    'firsthop reach --host-network') compadd -- 'host' 'pods'; return ;;
    'firsthop reach --family') compadd -- '4' '6' 'dual'; return ;;
    'firsthop reach --at') _message 'value'; return ;;
    'firsthop lint -f'|'firsthop lint --file') _files; return ;;
    'firsthop lint -o'|'firsthop lint --output') compadd -- 'table' 'json' 'sarif' 'junit'; return ;;
    'firsthop test -f'|'firsthop test --file') _files; return ;;
    'firsthop test --assert') _files; return ;;
    'firsthop test -o'|'firsthop test --output') compadd -- 'table' 'json' 'junit'; return ;;
    'firsthop test --ip-blocks') compadd -- 'all' 'external'; return ;;
    'firsthop test --host-network') compadd -- 'host' 'pods'; return ;;
    'firsthop test --family') compadd -- '4' '6' 'dual'; return ;;
    'firsthop test --at') _message 'value'; return ;;
    'firsthop convert -f'|'firsthop convert --file') _files; return ;;
    'firsthop convert -o'|'firsthop convert --output') _message 'value'; return ;;
    'firsthop lab run -f'|'firsthop lab run --file') _files; return ;;
    'firsthop lab run --probes') _files; return ;;
    'firsthop lab run -o'|'firsthop lab run --output') compadd -- 'json'; return ;;
    'firsthop lab run --nodes') _message 'value'; return ;;
    'firsthop lab run --kernel') compadd -- 'auto' 'linux' 'simulated'; return ;;
    'firsthop lab run --family') compadd -- '4' '6' 'dual'; return ;;
    'firsthop lab up -f'|'firsthop lab up --file') _files; return ;;
    'firsthop lab up --nodes') _message 'value'; return ;;
    'firsthop lab up --kernel') compadd -- 'auto' 'linux' 'simulated'; return ;;
    'firsthop status --server') _message 'value'; return ;;
    'firsthop status --ca') _files; return ;;
    'firsthop status --cert') _files; return ;;
    'firsthop status --key') _files; return ;;
    'firsthop status -o'|'firsthop status --output') compadd -- 'table' 'json'; return ;;
  esac
  case "$at" in
    'firsthop') found=('verify:judge probes by the policies in the manifests; no cluster, no root' 'connectivity:who may talk to whom, and on which ports: every pair of workloads, and every range of outside addresses' 'diff:what a change of policies adds, removes and changes; 3 if anything' 'explain:why one connection is allowed or not: every tier, policy and rule on the way' 'reach:whom an intruder at one workload may come to, step by step, and how' 'lint:invalid, shadowed, unused, contradicting and over-permissive rules, with file and line; 3 if any is an error or a warning' 'test:hold the policies to assertions: allow|deny FROM TO PORT; 3 if one fails, with counterexamples' 'convert:say the policies of Antrea, Calico and Cilium in our own kinds; Kubernetes'\'' own policies, ours and workloads are written as they were' 'lab:the same questions, asked of a real kernel with real packets (Linux, root)' 'status:what is in force, read back from kernels: policies, nodes and peers of each cluster; 0 if all is realized' 'completion:a script that completes this command in a shell' 'version:the version of this command' '-h:help for this command' '--help:help for this command'); _describe 'argument' found ;;
    'firsthop verify') found=('-f:folder or file of Kubernetes YAML or JSON; repeatable; - for standard input' '--file:folder or file of Kubernetes YAML or JSON; repeatable; - for standard input' '--probes:JSON: {"probes": [{"from": "shop/web", "to": "shop/api", "protocol": "TCP", "port": 8080}]}; "answers" beside it says what DNS answers' '-o:how to print it' '--output:how to print it' '--ip-blocks:external: ipBlocks of NetworkPolicy match no pod, as some other systems read them' '--host-network:pods: host-network pods are pods like others (what --ip-blocks external implies); host: they are their node' '--family:address family; dual: both' '--at:the moment that is asked about, for policies that begin or end: 2027-01-01T08:00:00Z' '--keep-going:answer from what is valid although something is not; the exit code is 2 all the same' '-h:help for this command' '--help:help for this command'); _describe 'argument' found ;;
    'firsthop connectivity') found=('-f:folder or file of Kubernetes YAML or JSON; repeatable; - for standard input' '--file:folder or file of Kubernetes YAML or JSON; repeatable; - for standard input' '-o:how to print it' '--output:how to print it' '--focus:only connections of this one: shop/web' '--explain:say which rules allow each connection' '--ip-blocks:external: ipBlocks of NetworkPolicy match no pod, as some other systems read them' '--host-network:pods: host-network pods are pods like others (what --ip-blocks external implies); host: they are their node' '--family:address family; dual: both' '--at:the moment that is asked about, for policies that begin or end: 2027-01-01T08:00:00Z' '--keep-going:answer from what is valid although something is not; the exit code is 2 all the same' '-h:help for this command' '--help:help for this command'); _describe 'argument' found ;;
    'firsthop diff') found=('-f:folder or file of Kubernetes YAML or JSON; repeatable; - for standard input' '--file:folder or file of Kubernetes YAML or JSON; repeatable; - for standard input' '--to:the manifests as they will be; as for -f' '-o:how to print it' '--output:how to print it' '--ip-blocks:external: ipBlocks of NetworkPolicy match no pod, as some other systems read them' '--host-network:pods: host-network pods are pods like others (what --ip-blocks external implies); host: they are their node' '--family:address family; dual: both' '--at:the moment that is asked about, for policies that begin or end: 2027-01-01T08:00:00Z' '--keep-going:answer from what is valid although something is not; the exit code is 2 all the same' '-h:help for this command' '--help:help for this command'); _describe 'argument' found ;;
    'firsthop explain') found=('-f:folder or file of Kubernetes YAML or JSON; repeatable; - for standard input' '--file:folder or file of Kubernetes YAML or JSON; repeatable; - for standard input' '--answer:what DNS answers: api.example.com=203.0.113.7,203.0.113.8; may be repeated' '-o:how to print it' '--output:how to print it' '--ip-blocks:external: ipBlocks of NetworkPolicy match no pod, as some other systems read them' '--host-network:pods: host-network pods are pods like others (what --ip-blocks external implies); host: they are their node' '--family:address family; dual: both' '--at:the moment that is asked about, for policies that begin or end: 2027-01-01T08:00:00Z' '--keep-going:answer from what is valid although something is not; the exit code is 2 all the same' '-h:help for this command' '--help:help for this command'); _describe 'argument' found ;;
    'firsthop reach') found=('-f:folder or file of Kubernetes YAML or JSON; repeatable; - for standard input' '--file:folder or file of Kubernetes YAML or JSON; repeatable; - for standard input' '--hops:at most so many steps' '-o:how to print it' '--output:how to print it' '--ip-blocks:external: ipBlocks of NetworkPolicy match no pod, as some other systems read them' '--host-network:pods: host-network pods are pods like others (what --ip-blocks external implies); host: they are their node' '--family:address family; dual: both' '--at:the moment that is asked about, for policies that begin or end: 2027-01-01T08:00:00Z' '--keep-going:answer from what is valid although something is not; the exit code is 2 all the same' '-h:help for this command' '--help:help for this command'); _describe 'argument' found ;;
    'firsthop lint') found=('-f:folder or file of Kubernetes YAML or JSON; repeatable; - for standard input' '--file:folder or file of Kubernetes YAML or JSON; repeatable; - for standard input' '-o:how to print it' '--output:how to print it' '-h:help for this command' '--help:help for this command'); _describe 'argument' found ;;
    'firsthop test') found=('-f:folder or file of Kubernetes YAML or JSON; repeatable; - for standard input' '--file:folder or file of Kubernetes YAML or JSON; repeatable; - for standard input' '--assert:one assertion a line; see docs/reference/assertions.md; - for standard input' '-o:how to print it' '--output:how to print it' '--ip-blocks:external: ipBlocks of NetworkPolicy match no pod, as some other systems read them' '--host-network:pods: host-network pods are pods like others (what --ip-blocks external implies); host: they are their node' '--family:address family; dual: both' '--at:the moment that is asked about, for policies that begin or end: 2027-01-01T08:00:00Z' '--keep-going:answer from what is valid although something is not; the exit code is 2 all the same' '-h:help for this command' '--help:help for this command'); _describe 'argument' found ;;
    'firsthop convert') found=('-f:folder or file of Kubernetes YAML or JSON; repeatable; - for standard input' '--file:folder or file of Kubernetes YAML or JSON; repeatable; - for standard input' '-o:one file per object into a new folder; - for one stream' '--output:one file per object into a new folder; - for one stream' '--keep-going:answer from what is valid although something is not; the exit code is 2 all the same' '-h:help for this command' '--help:help for this command'); _describe 'argument' found ;;
    'firsthop lab') found=('run:build a lab, send one real packet exchange per probe, print what was observed, remove everything' 'up:build a lab that stays until "lab down"' 'down:remove every lab that stands on this machine' 'status:what stands on this machine, and what is in force in it' '-h:help for this command' '--help:help for this command'); _describe 'argument' found ;;
    'firsthop lab run') found=('-f:folder or file of Kubernetes YAML or JSON; repeatable; - for standard input' '--file:folder or file of Kubernetes YAML or JSON; repeatable; - for standard input' '--probes:as for verify' '-o:how to print it' '--output:how to print it' '--nodes:nodes of a cluster that declares none' '--kernel:linux, simulated, or auto: the real one where it can be had' '--family:address family; dual: both' '-h:help for this command' '--help:help for this command'); _describe 'argument' found ;;
    'firsthop lab up') found=('-f:folder or file of Kubernetes YAML or JSON; repeatable; - for standard input' '--file:folder or file of Kubernetes YAML or JSON; repeatable; - for standard input' '--nodes:nodes of a cluster that declares none' '--kernel:linux, simulated, or auto: the real one where it can be had' '--stay:print who can talk to whom, stay until Ctrl-C and take everything down' '--once:print who can talk to whom, compare every cell with what the policies say, remove everything, end with 0 or 1' '-h:help for this command' '--help:help for this command'); _describe 'argument' found ;;
    'firsthop lab down') found=('-h:help for this command' '--help:help for this command'); _describe 'argument' found ;;
    'firsthop lab status') found=('-h:help for this command' '--help:help for this command'); _describe 'argument' found ;;
    'firsthop status') found=('--server:https://HOST:PORT of a manager; a standing lab otherwise' '--ca:certificate of the managers'\'' authority' '--cert:an operator'\''s certificate' '--key:its key' '-o:how to print it' '--output:how to print it' '-h:help for this command' '--help:help for this command'); _describe 'argument' found ;;
    'firsthop completion') found=('bash:' 'zsh:' 'fish:' 'powershell:' '-h:help for this command' '--help:help for this command'); _describe 'argument' found ;;
    'firsthop version') found=('-h:help for this command' '--help:help for this command'); _describe 'argument' found ;;
  esac
}
if [ "$funcstack[1]" = "_firsthop" ]; then _firsthop "$@"; else compdef _firsthop firsthop; fi
