// What our SQL may ask of PostgreSQL, so that services that only speak its language can be used, too (docs/operating.md, PostgreSQL).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { files, read } from './files.mjs';

/** Never, anywhere: it belongs to one connection, to one server, or needs rights that services do not give. */
const NEVER = {
  'a lock of a session: it stays when a pooler gives the connection to somebody else': /pg_(try_)?advisory_lock/i,
  'a lock of a whole table': /\block\s+table\b/i,
  'a table of one connection': /\bcreate\s+(temp|temporary|unlogged)\b/i,
  'an extension': /\bcreate\s+extension\b/i,
  'code inside of the database': /\b(create\s+(or\s+replace\s+)?(function|procedure|trigger|rule)|plpgsql)\b/i,
  'numbers that the server gives': /\b(big|small)?serial\b|generated\s+(always|by\s+default)\s+as\s+identity|\bnextval\b/i,
  'large objects': /\blo_(import|export|create|open)\b/i,
  'a cursor that outlives its transaction': /\bwith\s+hold\b/i,
  'a transaction in two phases': /\bprepare\s+transaction\b/i,
  'sorting by a language of the server': /collate\s+"(?!C")/i,
};
const code = (path) => read(path).replace(/(--|\/\/).*$/gm, '');
/**
 * The audit log guards itself; without this trigger it is guarded by its chain alone. And whatever changes what is counted marks its hour: triggers of
 * a row are what services that speak this language have by now, and code could forget it (docs/adr/2026-11-29-metrics.md).
 */
const ALLOWED = [
  'migrations/postgres/0015_audit_add.sql: code inside of the database',
  'migrations/postgres/0031_metric_add.sql: code inside of the database',
];
const migrations = files(/^migrations\/postgres\/.*\.sql$/);
const sources = files(/^server\/.*\.cpp$/).filter((path) => !path.endsWith('_test.cpp'));

test('the rules find what they forbid', () => {
  const examples = ['select pg_advisory_lock(1)', 'lock table a', 'create temp table a (b text)', 'create extension x', 'create function f()', 'id bigserial', 'select lo_create(0)',
    'declare c cursor with hold for select 1', "prepare transaction 'a'", 'collate "de_DE"'];
  for (const [index, rule] of Object.values(NEVER).entries()) assert.match(examples[index], rule);
});

test('our SQL asks for nothing that ties it to one connection or one server', () => {
  assert.ok(migrations.length > 20 && sources.length > 100);
  const problems = [];
  for (const path of [...migrations, ...sources]) {
    const text = code(path);
    for (const [what, rule] of Object.entries(NEVER)) if (rule.test(text)) problems.push(`${path}: ${what}`);
  }
  assert.deepEqual(problems, ALLOWED);
});

test('a lock of a transaction is taken for migrations and nothing else', () => {
  const takers = sources.filter((path) => /pg_advisory_xact_lock/.test(code(path)));
  assert.deepEqual(takers, ['server/platform/database/postgres.cpp']);
});

test('LISTEN only makes faster what is asked for anyway', () => {
  const listeners = sources.filter((path) => /PostgresListener\(|listener_\.emplace/.test(code(path)));
  assert.deepEqual(listeners, ['server/app/root.cpp', 'server/platform/database/postgres_listener.cpp']);
  // The listener is optional, and the nodes look once a second.
  const app = code('server/app/root.cpp');
  assert.match(app, /if \(options\.database_direct && [^)]*\)/);
  assert.match(app, /kLookEvery, &Root::look_around/);
});
