// Reads the stream of an answer: a parser of server-sent events that knows nothing of the page's.
import assert from 'node:assert/strict';

/**
 * Everything that an answer's stream says, until it ends. `last`: the number of the last event that was heard.
 * `onEvent` may return true to leave. Events that came before the connection broke are in `heard`.
 */
export async function listen(server, place, { last, onEvent, heard = [], headers = {} } = {}) {
  const response = await server.fetch(`${place}/stream`, { headers: { ...headers, ...(last === undefined ? {} : { 'last-event-id': String(last) }) } });
  if (response.status === 204) return heard;
  assert.equal(response.status, 200, await (response.status === 200 ? '' : response.text()));
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  let rest = '';
  for await (const bytes of response.body.pipeThrough(new TextDecoderStream())) {
    rest += bytes;
    const blocks = rest.split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const lines = block.split('\n').filter((line) => !line.startsWith(':'));
      const fields = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trimStart()]));
      if (fields.data === undefined) continue;
      heard.push({ id: Number(fields.id), name: fields.event, data: JSON.parse(fields.data) });
      if (onEvent?.(heard.at(-1))) return heard;
    }
  }
  assert.equal(rest, '', 'the last event is whole');
  return heard;
}

export const textOf = (events) => events.filter(({ name }) => name === 'delta').map(({ data }) => data.text).join('');
