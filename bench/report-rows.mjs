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
  const hours = DAYS * 24;
  yield ['interaction_hour', ['owner_id', 'hour_utc_ns', 'kind', 'event_count'],
    all(hours * KINDS.length, (n) => [OWNER, now - (now % HOUR_NS) - BigInt(Math.floor(n / KINDS.length)) * HOUR_NS, KINDS[n % KINDS.length], BigInt(Math.ceil(EVENTS / hours / KINDS.length))])];
}

/** Fills a database of SQLite that no server uses. */
export function fillSqlite(database, now) {
  for (const [table, columns, rows] of tables(now)) {
    const insert = database.prepare(`insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`);
    database.exec('begin');
    for (const row of rows) insert.run(...row);
    database.exec('commit');
  }
}

/** Files for PostgreSQL, and the commands of psql that read them. */
export function copyFiles(place, now) {
  const commands = [];
  for (const [table, columns, rows] of tables(now)) {
    const file = join(place, `${table}.tsv`);
    writeFileSync(file, rows.map((row) => `${row.join('\t')}\n`).join(''));
    commands.push(`\\copy ${table} (${columns.join(', ')}) from '${file}'`);
  }
  return commands;
}
