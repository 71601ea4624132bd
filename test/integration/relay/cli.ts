// For tests: a program that has the kit's two commands, as gateway/main.ts mounts them.
import { Command } from 'commander';
import { relayCommand } from '../../../subgraphs/kit/relay-command.ts';
import { watchCommand } from '../../../subgraphs/kit/watch-command.ts';

const program = new Command('freshet').showHelpAfterError('(add --help for options and an example)');
relayCommand(program);
watchCommand(program);
await program.parseAsync(process.argv);
