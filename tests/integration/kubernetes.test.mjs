// deploy/kubernetes, without a cluster: built by kustomize, and read as Kubernetes' own types do (tests/peers/manifests).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { binary, root } from '../harness/programs.mjs';

const program = join(root, 'build/peers/manifests');
const skip = process.env.TEST_LONG === '1' || existsSync(program) ? false : 'TEST_LONG=1 runs it: Kubernetes\' types take minutes to build';
const folder = join(root, 'deploy/kubernetes');
const manifests = (args, input = '') => spawnSync(program, args, { input, encoding: 'utf8' });

test('every manifest is one, and names what the others have', { skip }, () => {
  const { status, stdout, stderr } = manifests([folder]);
  assert.equal(status, 0, stderr);
  const kinds = stdout.trim().split('\n').map((line) => line.split('/')[0]);
  assert.deepEqual(kinds.sort(), ['ConfigMap', 'Deployment', 'HorizontalPodAutoscaler', 'Ingress', 'NetworkPolicy', 'PodDisruptionBudget', 'Service']);
});

test('an unknown field and an unknown kind are refused', { skip }, () => {
  for (const text of ['apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {portz: []}\n', 'apiVersion: v1\nkind: Servant\nmetadata: {name: a}\n']) {
    assert.equal(manifests(['-'], text).status, 1, text);
  }
});

test('its settings are settings, and its secrets are files that the server reads', () => {
  const YAML = createRequire(join(root, 'web/package.json'))('yaml');
  const { stdout } = spawnSync(binary('reprise'), ['serve', '--help'], { encoding: 'utf8' });
  const known = (name) => stdout.includes(`--${name} `) || stdout.includes(`REPRISE_${name.toUpperCase().replaceAll('-', '_')} `);
  const settings = readFileSync(join(folder, 'settings.conf'), 'utf8').split('\n').filter(Boolean).map((line) => line.split(' = ')[0]);
  const container = YAML.parse(readFileSync(join(folder, 'deployment.yaml'), 'utf8')).spec.template.spec.containers[0];
  const variables = container.env.map(({ name }) => name).filter((name) => name.startsWith('REPRISE_') && name !== 'REPRISE_CONFIG_FILE');
  assert.ok(settings.length > 5 && variables.length > 1);
  for (const name of settings) assert.ok(known(name), name);
  for (const name of variables) assert.ok(known(name.replace(/^REPRISE_|_FILE$/g, '').toLowerCase().replaceAll('_', '-')), name);
});
