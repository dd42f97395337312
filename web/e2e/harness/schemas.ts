import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { root } from './paths';
import type { Row } from './recording';

const names: Record<string, string> = {
  '/session': 'Session',
  '/wire/tx': 'WireMessage',
  '/wire/rx': 'WireMessage',
  '/playout': 'Playout',
  '/clock': 'Clock',
  '/events': 'Event',
  '/health': 'Health',
};

/** Checks every JSON row against `api/schemas`. Throws with the first row that does not match. */
export function expectSchemas(rows: readonly Row[]): void {
  const ajv = new Ajv2020();
  for (const [topic, name] of Object.entries(names)) {
    const schema = JSON.parse(
      readFileSync(`${root}api/schemas/reprise.${name}.schema.json`, 'utf8'),
    );
    const valid = ajv.compile({ ...schema, title: topic });
    for (const row of rows.filter((one) => one.topic === topic)) {
      if (valid(row.value)) continue;
      throw new Error(`${topic}: ${ajv.errorsText(valid.errors)} in ${JSON.stringify(row.value)}`);
    }
  }
}
