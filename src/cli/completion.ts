/** `trueup completion`: the few lines by which a shell asks this program what may stand next. */
import { Argument, type Command } from 'commander';
import { completeWords } from './complete-words.ts';
import type { CommandContext } from './run-flags.ts';

/** Each asks with the words after the program's name up to the cursor, and offers files where there is no answer. */
const scripts = {
  bash: `_trueup() {
  local IFS=$'\\n'
  COMPREPLY=($(trueup complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _trueup trueup
`,
  zsh: `#compdef trueup
_trueup() {
  local -a answers
  answers=(\${(f)"$(trueup complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( \${#answers} )); then compadd -- $answers; else _files; fi
}
if [[ $funcstack[1] == _trueup ]]; then _trueup "$@"; else compdef _trueup trueup; fi
`,
  fish: `function __trueup_complete
  set -l words (commandline -opc)
  set -e words[1]
  set -l current (commandline -ct)
  set -l answers (trueup complete -- $words "$current" 2>/dev/null)
  if test (count $answers) -gt 0
    printf '%s\\n' $answers
  else
    __fish_complete_path "$current"
  end
end
complete -c trueup -f -a '(__trueup_complete)'
`,
} as const;
const shells = ['bash', 'zsh', 'fish'] as const;

export function addCompletionCommand(program: Command, { print, finish }: CommandContext): void {
  program
    .command('completion')
    .description('print what makes a shell complete the words of a call; source it in the file that the shell starts with')
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .action((shell: (typeof shells)[number]) => {
      print(scripts[shell]);
      finish(0);
    });
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action((words: readonly string[]) => {
      print(
        completeWords(program, words)
          .map((word) => `${word}\n`)
          .join(''),
      );
      finish(0);
    });
}
