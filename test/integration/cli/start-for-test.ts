// `freshet start` with a gateway that is only an HTTP server: run as a program by start.test.ts.
import { createProgram, runProgram } from '../../../gateway/cli/program.ts';
import { type RunningGateway, startCommand } from '../../../gateway/cli/start-command.ts';
import { processTerminal } from '../../../gateway/cli/terminal.ts';
import { send } from '../../../gateway/http/http-answer.ts';
import { openServer } from '../../../gateway/http/open-server.ts';

const terminal = processTerminal();
const failed = Promise.withResolvers<never>();

const program = createProgram([
  (on) =>
    startCommand(on, {
      terminal,
      signals: process,
      async startGateway(config, log): Promise<RunningGateway> {
        const { listen } = config;
        const place = {
          name: 'public',
          host: '127.0.0.1',
          port: listen.port,
          setting: '--port N, PORT or listen.port',
        };
        const server = await openServer(
          place,
          async (request, response, connection) => {
            if (request.url === '/fail') failed.reject(new Error('the feed stopped'));
            if (request.url === '/wait') {
              terminal.complain('a request waits');
              await new Promise((resolve) => process.once('SIGUSR2', resolve));
            }
            send(response, { status: 200, headers: [], body: 'fine' }, connection());
          },
          (error) => log.error({ err: error }, 'defect'),
        );
        return {
          publicOrigin: server.origin,
          managementOrigin: 'http://127.0.0.1:1',
          failed: failed.promise,
          async stop() {
            await server.drain({ delayMs: listen.drainDelayMs, timeoutMs: listen.drainTimeoutMs });
            log.info('stopped');
          },
        };
      },
    }),
]);

process.exitCode = await runProgram(program, process.argv, terminal);
