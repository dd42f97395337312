// Rows of many live sessions with what was measured of them, for the queries of the page of analytics.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const SESSIONS = 100_000;
export const EVENTS = 10_000_000;
const DAYS = 365;
const DAY_NS = 86_400_000_000_000n;
const HOUR_NS = 3_600_000_000_000n;
const CHAT_HOLDS = 100;
const GAPS = 10;
const OWNER = '00000000-0000-7000-8000-000000000001';
const MODELS = ['gemini-3.8-live', 'gemini-3.8-live-extended-thinking', 'emulator'];
const KINDS = ['playback_open', 'playback_seek', 'mute', 'page_open', 'interruption'];
/** As in server/domain/analytics/sums.hpp: version, counts in their order, then each series with how many lengths it has. */
const COUNTS = 36;

let state = 1;
/** Numbers that look random and are the same in each run. */
const random = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
};
const skewed = (middle) => Math.round(middle * Math.exp((random() + random() + random() - 1.5) * 1.2));
const id = (kind, n) => `01936200-0000-7${kind}00-8000-${String(n).padStart(12, '0')}`;

function measures() {
  const counts = new Array(COUNTS).fill(0);
  const length = skewed(180_000);
  const at = { measured: 8, length: 9, person: 10, model: 11, both: 12, personTurns: 13, modelTurns: 14, interruptions: 15, sockets: 17, promptText: 21, promptSound: 22, answerSound: 25 };
  Object.assign(counts, {
    [at.measured]: 1, [at.length]: length, [at.person]: Math.round(length * 0.4), [at.model]: Math.round(length * 0.45), [at.both]: Math.round(length * 0.02),
    [at.personTurns]: GAPS, [at.modelTurns]: GAPS, [at.interruptions]: 2, [at.sockets]: 1, [at.promptText]: 900, [at.promptSound]: Math.round(length / 40), [at.answerSound]: Math.round(length / 60),
  });
  const gaps = Array.from({ length: GAPS }, () => skewed(800));
  return [1, ...counts, 1, length, GAPS, ...gaps, 2, skewed(250), skewed(250)].join(' ');
}

/** The tables with their columns and rows, in the order in which they can be filled. */
export function* tables(now) {
  const begun = (n) => now - (BigInt(SESSIONS - n) * BigInt(DAYS) * DAY_NS) / BigInt(SESSIONS);
  const all = (count, row) => Array.from({ length: count }, (_, n) => row(n));
  yield ['chat', ['chat_id', 'owner_id', 'title', 'created_utc_ns', 'last_used_utc_ns'], all(SESSIONS / CHAT_HOLDS, (n) => [id(0, n), OWNER, `Talk ${n}`, begun(n), begun(n)])];
  yield ['live_session', ['live_session_id', 'chat_id', 'owner_id', 'model', 'state', 'reason', 'created_utc_ns', 'ended_utc_ns'],
    all(SESSIONS, (n) => [id(1, n), id(0, Math.floor(n / CHAT_HOLDS)), OWNER, MODELS[n % 3], 'ended', n % 50 === 0 ? 'lost' : 'hangup', begun(n), begun(n) + 180_000_000_000n])];
  yield ['recording', ['recording_id', 'live_session_id', 'chat_id', 'owner_id', 'state', 'reason', 'created_utc_ns', 'ended_utc_ns', 'last_seq', 'chunk_count', 'stored_bytes'],
    all(SESSIONS, (n) => [id(2, n), id(1, n), id(0, Math.floor(n / CHAT_HOLDS)), OWNER, 'complete', 'hangup', begun(n), begun(n) + 180_000_000_000n, 179n, 0n, 9_000_000n])];
  yield ['recording_view', ['recording_id', 'version', 'fold_version', 'chunk_count', 'duration_ns', 'first_words', 'media_bytes', 'has_video', 'width', 'height', 'created_utc_ns', 'measures'],
    all(SESSIONS, (n) => [id(2, n), 1n, 1n, 0n, 180_000_000_000n, '', 4_000_000n, 0n, 0n, 0n, begun(n), measures()])];
}

/** SQL that is the same for both engines, but for `numbers`: a query of one column `i` from 1 to EVENTS, and how an id is made of it. */
function eventCommands(now, { numbers, uuid, long }) {
  const step = (BigInt(DAYS) * DAY_NS) / BigInt(EVENTS);
  const at = `${now - BigInt(EVENTS) * step} + i * ${long(step)}`;
  const kind = `case ${KINDS.slice(1).map((name, n) => `when i % ${KINDS.length} = ${n + 1} then '${name}'`).join(' ')} else '${KINDS[0]}' end`;
  return [
    `insert into interaction_event (owner_id, number, at_utc_ns, event_id, kind, data) select '${OWNER}', i, ${at}, ${uuid}, ${kind}, '{"recording_id":"0194a000-0000-7000-8000-0000000000c1","from_ms":12000,"to_ms":34000}' from (${numbers}) as n`,
    `insert into interaction_id (owner_id, event_id, content_hash) select '${OWNER}', ${uuid}, i * ${long(2_654_435_761n)} from (${numbers}) as n`,
    `insert into interaction_counter (owner_id, last_number) values ('${OWNER}', ${EVENTS})`,
    `insert into interaction_hour (owner_id, hour_utc_ns, kind, event_count) select owner_id, at_utc_ns - at_utc_ns % ${HOUR_NS}, kind, count(*) from interaction_event group by 1, 2, 3`,
  ];
}

/** The tables of the months, which a server makes while time passes. */
function* monthTables(now) {
  const first = new Date(Number((now - BigInt(DAYS + 1) * DAY_NS) / 1_000_000n));
  for (let n = 0; n < 14; n++) {
    const [from, before] = [n, n + 1].map((month) => Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + month));
    const name = new Date(from).toISOString().slice(0, 7).replace('-', '_');
    yield `create table if not exists interaction_event_${name} partition of interaction_event for values from (${BigInt(from) * 1_000_000n}) to (${BigInt(before) * 1_000_000n})`;
  }
}

/** Fills a database of SQLite that no server uses. */
export function fillSqlite(database, now) {
  for (const [table, columns, rows] of tables(now)) {
    const insert = database.prepare(`insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`);
    database.exec('begin');
    for (const row of rows) insert.run(...row);
    database.exec('commit');
  }
  const numbers = `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${EVENTS}) select i from n`;
  for (const command of eventCommands(now, { numbers, uuid: "printf('%08x-0000-4000-8000-%012x', i, i)", long: String })) database.exec(command);
}

/** Files for PostgreSQL, and the commands of psql that read them. */
export function copyFiles(place, now) {
  const commands = [];
  for (const [table, columns, rows] of tables(now)) {
    const file = join(place, `${table}.tsv`);
    writeFileSync(file, rows.map((row) => `${row.join('\t')}\n`).join(''));
    commands.push(`\\copy ${table} (${columns.join(', ')}) from '${file}'`);
  }
  const uuid = "lpad(to_hex(i), 8, '0') || '-0000-4000-8000-' || lpad(to_hex(i), 12, '0')";
  commands.push(...monthTables(now), ...eventCommands(now, { numbers: `select i from generate_series(1, ${EVENTS}) as i`, uuid, long: (value) => `${value}::bigint` }));
  return commands;
}
