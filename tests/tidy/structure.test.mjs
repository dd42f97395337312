// The tree is the architecture: who may include whom (docs/architecture.md), and how big things may be.
import assert from 'node:assert/strict';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { files, read } from './files.mjs';

const native = files(/\.(cpp|hpp)$/);
const web = files(/^web\/src\/.*\.(ts|tsx)$/);
const lines = (path) => read(path).split('\n');

/** Collects what is wrong, so that one run shows all of it. */
function expectNone(problems) {
  assert.deepEqual(problems, []);
}

const SERVER_ORDER = ['base', 'domain', 'platform', 'features', 'app'];

function nativeIncludes(path) {
  return lines(path).flatMap((line, index) => {
    const match = line.match(/^\s*#\s*include\s+(["<])([^">]+)[">]/);
    return match ? [{ where: `${path}:${index + 1}`, own: match[1] === '"', name: match[2] }] : [];
  });
}

test('a server folder includes only from folders above it', () => {
  const problems = [];
  for (const path of native.filter((one) => one.startsWith('server/'))) {
    const tier = SERVER_ORDER.indexOf(path.split('/')[1]);
    for (const { where, own, name } of nativeIncludes(path)) {
      const target = SERVER_ORDER.indexOf(name.split('/')[0]);
      if (own && target > tier) problems.push(`${where} includes ${name}`);
      if (own && target === -1) problems.push(`${where} includes ${name}, which is not below server/`);
    }
  }
  expectNone(problems);
});

test('a feature never includes a feature', () => {
  const problems = [];
  for (const path of native.filter((one) => one.startsWith('server/features/'))) {
    const feature = path.split('/')[2];
    for (const { where, name } of nativeIncludes(path)) {
      if (name.startsWith('features/') && name.split('/')[1] !== feature) problems.push(`${where} includes ${name}`);
    }
  }
  expectNone(problems);
});

test('the emulator has its own protocol code', () => {
  const problems = [];
  for (const path of native.filter((one) => one.startsWith('emulator/'))) {
    for (const { where, own, name } of nativeIncludes(path)) {
      if (own && !/^(base\/|platform\/http\/|emulator\/)/.test(name)) problems.push(`${where} includes ${name}`);
    }
  }
  expectNone(problems);
});

test('the domain does no I/O', () => {
  const forbidden = /^(boost\/(asio|beast)|sqlite3|libpq|openssl|fstream|filesystem|thread|mutex|unistd|sys\/|iostream|cstdio)/;
  const problems = [];
  for (const path of native.filter((one) => one.startsWith('server/domain/') && !/_(test|fuzz)\.cpp$/.test(one))) {
    for (const { where, name } of nativeIncludes(path)) if (forbidden.test(name)) problems.push(`${where} includes ${name}`);
  }
  expectNone(problems);
});

test('heavy libraries stay in the one folder that wraps them', () => {
  const homes = [
    [/^boost\/beast/, /^server\/platform\/http\//],
    [/^sqlite3/, /^server\/platform\/database\//],
    [/^(opus|vpx)/, /^(server\/platform\/media|tests\/tools)\//],
    [/^(flite|pocketsphinx|webrtc)/, /^emulator\//],
  ];
  const problems = [];
  for (const path of native) {
    for (const { where, name } of nativeIncludes(path)) {
      for (const [library, home] of homes) if (library.test(name) && !home.test(path)) problems.push(`${where} includes ${name}`);
    }
  }
  expectNone(problems);
});

test('handlers compile without Beast: no header outside platform/http/detail includes it', () => {
  const problems = native
    .filter((path) => path.endsWith('.hpp') && /^server\/platform\/http\/[^/]+\.hpp$/.test(path))
    .filter((path) => ['http.hpp', 'server.hpp', 'client.hpp', 'assets.hpp'].includes(path.split('/').at(-1)))
    .flatMap(nativeIncludes)
    .filter(({ name }) => name.startsWith('boost/beast'))
    .map(({ where }) => where);
  expectNone(problems);
});

const WEB_ORDER = ['api', 'media', 'ui', 'features', 'app'];

function webImports(path) {
  return [...read(path).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, name]) => ({ where: path, name }));
}

test('a web folder imports only from folders above it, and features never from each other', () => {
  const problems = [];
  for (const path of web) {
    const [tier, feature] = path.split('/').slice(2);
    for (const { where, name } of webImports(path)) {
      if (!name.startsWith('.')) continue;
      const target = normalize(join(dirname(path), name)).split('/').slice(2);
      if (WEB_ORDER.indexOf(target[0]) > WEB_ORDER.indexOf(tier)) problems.push(`${where} imports ${name}`);
      if (tier === 'features' && target[0] === 'features' && target[1] !== feature) problems.push(`${where} imports ${name}`);
    }
  }
  expectNone(problems);
});

test('api and media know no React', () => {
  const problems = web
    .filter((path) => /^web\/src\/(api|media)\//.test(path))
    .flatMap(webImports)
    .filter(({ name }) => /^(react|react-dom|@tanstack\/|radix-ui)/.test(name))
    .map(({ where, name }) => `${where} imports ${name}`);
  expectNone(problems);
});

test('a code file has at most 400 lines, or says why it has up to 800', () => {
  const problems = [...native, ...web].flatMap((path) => {
    const count = lines(path).length;
    const excused = read(path).includes('Over 400 lines because');
    return count > 800 || (count > 400 && !excused) ? [`${path}: ${count} lines`] : [];
  });
  expectNone(problems);
});

test('a C++ line has at most 100 characters, long texts excepted', () => {
  const problems = native.flatMap((path) =>
    lines(path).flatMap((line, index) => (line.length > 100 && !/["(]/.test(line) ? [`${path}:${index + 1}`] : [])),
  );
  expectNone(problems);
});

test('no folder is named for leftovers', () => {
  const leftovers = /(^|\/)(common|utils?|helpers?|misc)(\/|\.(cpp|hpp|ts|tsx)$)/;
  expectNone(files(/^(server|emulator|web\/src|tests)\//).filter((path) => leftovers.test(path)));
});

test('no code says TODO', () => {
  const own = 'tests/tidy/structure.test.mjs';
  expectNone([...native, ...web, ...files(/\.(mjs|sh|cmake)$/)].filter((path) => path !== own && /\b(TODO|FIXME|XXX)\b/.test(read(path))));
});

test('each module of the server has tests beside its sources', () => {
  const modules = ['base', 'domain/recording', 'domain/pcm', 'platform/http', 'platform/database', 'platform/blob', 'platform/archive', 'platform/media'];
  expectNone(modules.filter((module) => !native.some((path) => path.startsWith(`server/${module}/`) && path.endsWith('_test.cpp'))));
});
