// What deploy/monitoring says about metrics is true: they exist, with these labels, each alert fires when it should, and the operator
// finds what to do.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root, startServer } from '../harness/programs.mjs';

const YAML = createRequire(join(root, 'web/package.json'))('yaml');
const PROMTOOL = '/usr/bin/promtool';
const skip = existsSync(PROMTOOL) ? false : 'promtool is not installed (apt-get install prometheus)';
const file = (name) => readFileSync(join(root, 'deploy/monitoring', name), 'utf8');
const rules = YAML.parse(file('alerts.yml')).groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(file('dashboard.json'));
const expressions = [
  ...rules.map(({ alert, expr }) => [alert, expr]),
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr])),
  ...dashboard.annotations.list.map(({ name, expr }) => [name, expr]),
];
const ABSENT = '01930f2a-7a6c-7b1e-9d55-0242ac120002';
let server;
let metrics;

before(async () => {
  server = await startServer();
  const requests = [['POST', '/api/live/sessions'], ['PUT', `/api/recordings/${ABSENT}/chunks/0`], ['GET', `/api/recordings/${ABSENT}/media`]];
  for (const [method, path] of requests) await (await server.fetch(path, { method, headers: { 'content-type': 'application/json' } })).text();
  metrics = await (await fetch(`${server.opsUrl}/metrics`)).text();
});
after(() => server?.stop());

test('every metric and every address that a rule or a panel asks for is there', () => {
  assert.ok(expressions.length > 25);
  const routes = new Set([...metrics.matchAll(/route="([^"]+)"/g)].map((match) => match[1]));
  for (const [where, expr] of expressions) {
    for (const [name] of expr.matchAll(/\b(?:reprise|process)_[a-z_]+/g)) assert.ok(new RegExp(`^${name}[ {]`, 'm').test(metrics), `${where}: ${name}`);
    for (const [, , route] of expr.matchAll(/route(=|!=)"([^"]+)"/g)) assert.ok(routes.has(route), `${where}: ${route}`);
    for (const [, kind] of expr.matchAll(/kind=~?"([^"]+)"/g)) for (const one of kind.split('|')) assert.ok(metrics.includes(`kind="${one}"`), `${where}: ${one}`);
  }
});

test('a server that takes requests says so, and what it takes from the machine', () => {
  const value = (name) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)[1]);
  assert.equal(value('reprise_ready'), 1);
  assert.ok(value('reprise_store_free_bytes') > 0);
  assert.ok(value('process_resident_memory_bytes') > 1e6 && value('process_open_fds') > 3 && value('process_max_fds') > value('process_open_fds'));
  const age = Date.now() / 1000 - value('process_start_time_seconds');
  assert.ok(age > -5 && age < 600, `${age} s old`);
});

test('of each alert the operator reads what to do', () => {
  const text = readFileSync(join(root, 'docs/operating.md'), 'utf8');
  for (const { alert, labels, annotations } of rules) {
    assert.match(text, new RegExp(`\\*\\*${alert}\\*\\*`), alert);
    assert.ok(annotations.summary && ['page', 'ticket'].includes(labels.severity), alert);
  }
});

test('Prometheus takes the metrics and the files, and each alert fires when it should, and only then', { skip }, () => {
  const run = (args, input) => execFileSync(PROMTOOL, args, { cwd: join(root, 'deploy/monitoring'), input, encoding: 'utf8' });
  assert.equal(run(['check', 'metrics'], metrics), '');
  run(['check', 'config', 'prometheus.example.yml']);
  run(['test', 'rules', 'alerts.test.yml']);
  const tested = YAML.parse(file('alerts.test.yml')).tests.flatMap(({ alert_rule_test: cases }) => cases);
  for (const { alert } of rules) {
    const own = tested.filter(({ alertname }) => alertname === alert);
    assert.deepEqual([own.some(({ exp_alerts: some }) => some.length > 0), own.some(({ exp_alerts: some }) => some.length === 0)], [true, true], alert);
  }
});
