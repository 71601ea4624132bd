// `node test/services/check-compose.ts [FILE]`: checks docker-compose.yml; exit code 0 fine, 1 wrong, 2 could not check.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkComposeFile } from './compose-check.ts';
import { installComposeParser } from './compose-parser.ts';

const DEFAULT_FILE = fileURLToPath(new URL('../../docker-compose.yml', import.meta.url));

process.exitCode = await main(process.argv[2]);

async function main(argument: string | undefined): Promise<number> {
  if (argument === '--help' || argument === '-h') {
    console.log(
      "Checks a compose file with Compose's own parser.\n\nUsage: node test/services/check-compose.ts [FILE]",
    );
    return 0;
  }
  const file = argument === undefined ? DEFAULT_FILE : resolve(argument);
  try {
    await installComposeParser();
    const { faults, required } = await checkComposeFile(file);
    if (faults.length === 0) {
      console.log(`${file} is accepted by Compose's own parser; it demands ${required.join(', ') || 'no variables'}`);
      return 0;
    }
    console.error(`${file} is wrong:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    return 1;
  } catch (cause) {
    console.error(cause instanceof Error ? cause.message : String(cause));
    return 2;
  }
}
