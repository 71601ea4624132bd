// Subgraphs that answer from memory, for any id: what is measured in front of them is the gateway. One process, a port for each.
//
// Prints `subgraphs at {"accounts":PORT,…}`. GET of any of them tells how many requests all of them had.

import { createAnswerer } from './answer.ts';
import { listenRaw, type RawAnswer, rawAnswer, textAnswer } from './http.ts';

const SUBGRAPHS = ['accounts', 'catalog', 'inventory', 'reviews'];
/** Longer than any run: nothing expires while it is measured. */
const QUERY_HEADERS = 'content-type: application/json\r\ncache-control: max-age=36000, public\r\n';
const MUTATION_HEADERS = 'content-type: application/json\r\ncache-control: no-store\r\n';
/** Characters and bytes of requests that came before, with their answers. */
const MOST_REMEMBERED = 256 * 1024 * 1024;

const answerer = createAnswerer();
const remembered = new Map<string, RawAnswer>();
let rememberedSize = 0;
let requestCount = 0;

function answerBody(body: string): RawAnswer {
  requestCount += 1;
  const known = remembered.get(body);
  if (known !== undefined) return known;
  const { text, operation } = answerer(JSON.parse(body));
  const answer = rawAnswer(200, operation === 'mutation' ? MUTATION_HEADERS : QUERY_HEADERS, text);
  rememberedSize += body.length + answer.bytes.length;
  if (rememberedSize > MOST_REMEMBERED) {
    remembered.clear();
    rememberedSize = body.length + answer.bytes.length;
  }
  remembered.set(body, answer);
  return answer;
}

const ports: Record<string, number> = {};
for (const name of SUBGRAPHS) {
  const server = await listenRaw((head, body) =>
    head.startsWith('GET ') ? textAnswer(200, String(requestCount)) : answerBody(body),
  );
  ports[name] = server.port;
}
console.log(`subgraphs at ${JSON.stringify(ports)}`);
