/**
 * The tree of commands as completion scripts. Pure. All four find out in the same way which command the line is at: word by word, as
 * long as the words name commands.
 *
 * @module
 */
import { allCommands, type CompletedCommand, type CompletedOption, namesOf, wordsOf } from './command-tree.ts';

const at = ({ path }: CompletedCommand): string => path.join(' ');
const paths = (tree: CompletedCommand): string[] => allCommands(tree).slice(1).map(at);
/** In single quotes of sh and zsh. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

interface Valued {
  readonly command: CompletedCommand;
  readonly option: CompletedOption;
}

const valuedOptions = (tree: CompletedCommand): Valued[] => allCommands(tree).flatMap((command) => command.options.filter(({ values }) => values !== undefined).map((option) => ({ command, option })));

const walk = (tree: CompletedCommand, words: string): string => `  local at=${tree.path[0]} word
  for word in ${words}; do
    case "$at $word" in
      ${paths(tree).map(quote).join('|')}) at="$at $word" ;;
    esac
  done`;

const cases = (tree: CompletedCommand, valued: (one: Valued) => string, command: (one: CompletedCommand) => string): string => `  case "$at $previous" in
${valuedOptions(tree).map((one) => `    ${one.option.names.map((name) => quote(`${at(one.command)} ${name}`)).join('|')}) ${valued(one)}; return ;;`).join('\n')}
  esac
  case "$at" in
${allCommands(tree).map((one) => `    ${quote(at(one))}) ${command(one)} ;;`).join('\n')}
  esac`;

export const bashScript = (tree: CompletedCommand): string => `# bash completion for ${tree.path[0]}: source <(${tree.path[0]} completion bash)
_${tree.path[0]}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
${walk(tree, '"${COMP_WORDS[@]:1:COMP_CWORD-1}"')}
  COMPREPLY=()
${cases(
  tree,
  ({ option: { values = [], isFile } }) => (isFile ? 'compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current")' : `mapfile -t COMPREPLY < <(compgen -W ${quote(values.join(' '))} -- "$current")`),
  (command) => `mapfile -t COMPREPLY < <(compgen -W ${quote([...wordsOf(command), ...namesOf(command)].join(' '))} -- "$current")`,
)}
}
complete -F _${tree.path[0]} ${tree.path[0]} kubectl-${tree.path[0]}
`;

/** `name:description`, where a colon in the name would end it. */
const described = (name: string, description: string): string => quote(`${name.replaceAll(':', '\\:')}:${description}`);

export const zshScript = (tree: CompletedCommand): string => `#compdef ${tree.path[0]} kubectl-${tree.path[0]}
# zsh completion for ${tree.path[0]}: put it into a folder of $fpath as _${tree.path[0]}
_${tree.path[0]}() {
  local previous=\${words[CURRENT-1]}
${walk(tree, '"${(@)words[2,CURRENT-1]}"')}
  local -a found
${cases(
  tree,
  ({ option: { values = [], isFile } }) => (isFile ? '_files' : values.length === 0 ? "_message 'value'" : `compadd -- ${values.map(quote).join(' ')}`),
  (command) =>
    `found=(${[...command.commands.map(({ path, description }) => described(path.at(-1) ?? '', description)), ...command.words.map((word) => described(word, '')), ...command.options.flatMap(({ names, description }) => names.map((name) => described(name, description)))].join(' ')}); _describe 'argument' found`,
)}
}
if [ "$funcstack[1]" = "_${tree.path[0]}" ]; then _${tree.path[0]} "$@"; else compdef _${tree.path[0]} ${tree.path[0]}; fi
`;

const fishQuote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const fishOption = (command: CompletedCommand, { names, description, values, isFile }: CompletedOption): string => {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(' ');
  const takes = values === undefined ? '' : isFile ? ' -r -F' : values.length === 0 ? ' -x' : ` -x -a ${fishQuote(values.join(' '))}`;
  return `complete -c ${command.path[0]} -n ${fishQuote(`__firsthop_at "${at(command)}"`)} ${flags}${takes} -d ${fishQuote(description)}`;
};

export const fishScript = (tree: CompletedCommand): string => `# fish completion for ${tree.path[0]}: save it as ~/.config/fish/completions/${tree.path[0]}.fish
function __firsthop_at
  set -l at ${tree.path[0]}
  for word in (commandline -opc)[2..]
    switch "$at $word"
      case ${paths(tree).map(fishQuote).join(' ')}
        set at "$at $word"
    end
  end
  test "$at" = "$argv[1]"
end
complete -c ${tree.path[0]} -f
${allCommands(tree)
  .flatMap((command) => [
    ...command.commands.map(({ path, description }) => `complete -c ${tree.path[0]} -n ${fishQuote(`__firsthop_at "${at(command)}"`)} -a ${fishQuote(path.at(-1) ?? '')} -d ${fishQuote(description)}`),
    ...command.words.map((word) => `complete -c ${tree.path[0]} -n ${fishQuote(`__firsthop_at "${at(command)}"`)} -a ${fishQuote(word)}`),
    ...command.options.map((option) => fishOption(command, option)),
  ])
  .join('\n')}
`;

const powerQuote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const powerList = (words: readonly string[]): string => `@(${words.map(powerQuote).join(', ')})`;

export const powershellScript = (tree: CompletedCommand): string => `# PowerShell completion for ${tree.path[0]}: ${tree.path[0]} completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName ${powerQuote(tree.path[0] ?? '')} -ScriptBlock {
  param($current, $line, $position)
  $commands = @{
${allCommands(tree).map((command) => `    ${powerQuote(at(command))} = ${powerList([...wordsOf(command), ...namesOf(command)])}`).join('\n')}
  }
  $values = @{
${valuedOptions(tree).flatMap(({ command, option: { names, values = [], isFile } }) => (isFile ? [] : names.map((name) => `    ${powerQuote(`${at(command)} ${name}`)} = ${powerList(values)}`))).join('\n')}
  }
  $at = ${powerQuote(tree.path[0] ?? '')}
  $previous = ''
  foreach ($element in ($line.CommandElements | Select-Object -Skip 1)) {
    $word = $element.ToString()
    if ($element.Extent.EndOffset -ge $position -and $word -eq $current) { break }
    if ($commands.ContainsKey("$at $word")) { $at = "$at $word" }
    $previous = $word
  }
  $found = if ($values.ContainsKey("$at $previous")) { $values["$at $previous"] } else { $commands[$at] }
  $found | Where-Object { $_ -like "$current*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
}
`;
