// Checks the structure of the tree: who may include whom (docs/architecture.md), and how long files may be.
import assert from 'node:assert/strict';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { files, read } from './files.mjs';

const native = files(/\.(cpp|hpp)$/);
const web = files(/^web\/src\/.*\.(ts|tsx)$/);
const lines = (path) => read(path).split('\n');

/** C++ without comments and string literals. */
const codeOnly = (path) =>
  read(path)
    .replace(/\/\/.*$/gm, '')
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""');

/** Fails with all problems together, so that one run shows all of them. */
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

/** Parts of a large module, each in its own folder. The order of the folders is the direction of dependencies. */
const PARTS = {
  'domain/recording': ['format', 'view', 'clock', 'sound', 'pictures', 'words', 'loss', 'fold'],
};

test('a part of a module includes only from parts above it', () => {
  const problems = [];
  for (const [module, order] of Object.entries(PARTS)) {
    const inside = native.filter((path) => path.startsWith(`server/${module}/`));
    const folders = new Set(inside.map((path) => path.split('/')[3]));
    assert.deepEqual([...folders].sort(), [...order].sort(), `${module} has these parts`);
    for (const path of inside) {
      for (const { where, own, name } of nativeIncludes(path)) {
        if (!own || !name.startsWith(`${module}/`)) continue;
        if (order.indexOf(name.split('/')[2]) > order.indexOf(path.split('/')[3])) problems.push(`${where} includes ${name}`);
      }
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
    [/^unicode\//, /^server\/base\//],
    [/^jpeglib/, /^(server\/platform\/media|emulator|tests\/tools)\//],
    [/^archive(_entry)?\.h/, /^server\/platform\/zip\//],
    [/^zlib/, /^(server\/platform\/http|emulator)\//],
  ];
  const problems = [];
  for (const path of native) {
    for (const { where, name } of nativeIncludes(path)) {
      for (const [library, home] of homes) if (library.test(name) && !home.test(path)) problems.push(`${where} includes ${name}`);
    }
  }
  expectNone(problems);
});

/** All headers of ours that a file includes, directly or through others. */
function reachedHeaders(path, seen = new Set()) {
  for (const { own, name } of nativeIncludes(path)) {
    const header = native.find((one) => one === `server/${name}` || one === name);
    if (!own || !header || seen.has(header)) continue;
    seen.add(header);
    reachedHeaders(header, seen);
  }
  return seen;
}

test('handlers compile without Beast: no header that they reach includes it', () => {
  const callers = native.filter((path) => /^(server\/(features|app|platform\/gemini)|emulator)\//.test(path) && !/_test\.cpp$/.test(path));
  const reached = new Set(callers.flatMap((path) => [...reachedHeaders(path)]));
  assert.ok(reached.has('server/platform/http/http.hpp'), 'the headers are followed');
  expectNone([...reached].filter((path) => nativeIncludes(path).some(({ name }) => name.startsWith('boost/beast'))));
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
    .filter(({ name }) => /^(react|react-dom|@tanstack\/)/.test(name))
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

test('a C++ line has at most 100 characters, unless one long text is in it', () => {
  // clang-format breaks everything else. A long text is a string literal of its own, a line of a raw string, or an
  // address.
  const longText = /"(?:[^"\\]|\\.){60,}"|R"\w*\(|https?:\/\/\S{60,}/;
  const problems = native.flatMap((path) => {
    let raw = false;
    return lines(path).flatMap((line, index) => {
      const inside = raw;
      if (/R"(\w*)\(/.test(line)) raw = true;
      if (/\)\w*"/.test(line)) raw = false;
      return line.length > 100 && !inside && !longText.test(line) ? [`${path}:${index + 1}`] : [];
    });
  });
  expectNone(problems);
});

test('no folder is named for leftovers', () => {
  const leftovers = /(^|\/)(common|utils?|helpers?|misc)(\/|\.(cpp|hpp|ts|tsx)$)/;
  expectNone(files(/^(server|emulator|web\/src|tests)\//).filter((path) => leftovers.test(path)));
});

test('clocks are given to code, which reads none itself', () => {
  // `base` holds the clocks and what counts by them; the doctor is a command that a person watches; gcs times its attempts.
  const reads = /^server\/(base\/|app\/doctor|platform\/gcs\/)|test/;
  // The composition root, and the date at which a migration was applied, which only people read.
  const mayCall = /^server\/(app\/root|platform\/database\/(sqlite|postgres))\.cpp$/;
  const sources = native.filter((path) => /^(server|emulator)\//.test(path) && !reads.test(path));
  expectNone(sources.filter((path) => codeOnly(path).includes('::now()')));
  expectNone(sources.filter((path) => !mayCall.test(path) && /(?<![.>\w:])now_utc_ns\(\)(?! const)/.test(codeOnly(path))));
});

test('JSON is written by the library, and that of the API outside of the domain', () => {
  const product = native.filter((path) => /^(server|emulator)\//.test(path) && !/test|fuzz/.test(path));
  // The log writes its lines by itself (docs/adr/2026-11-28-log.md).
  const byHand = /R"\(\{|"\{+\\"|"[,}]?\\"\w+\\":/;
  expectNone(product.filter((path) => path !== 'server/base/log.cpp' && byHand.test(read(path))));
  expectNone(product.filter((path) => path.startsWith('server/domain/') && /\bto_api\(/.test(codeOnly(path))));
});

test('no code says TODO', () => {
  const own = 'tests/tidy/structure.test.mjs';
  expectNone([...native, ...web, ...files(/\.(mjs|sh|cmake)$/)].filter((path) => path !== own && /\b(TODO|FIXME|XXX)\b/.test(read(path))));
});

test('what a header declares at namespace level, somebody names (the web app: knip in its lint)', () => {
  const count = new Map();
  for (const path of native) for (const [name] of codeOnly(path).matchAll(/\b[A-Za-z_]\w*\b/g)) count.set(name, (count.get(name) ?? 0) + 1);
  // Used by files that CMake generates.
  const elsewhere = new Set(['EmbeddedText']);
  const problems = [];
  for (const path of native.filter((one) => one.endsWith('.hpp') && !/test/.test(one))) {
    const text = codeOnly(path);
    const declared = [
      ...text.matchAll(/^(?:inline |constexpr |static )*constexpr [\w:<>, ]+?\b(k[A-Z]\w*)/gm),
      ...text.matchAll(/^(?:struct|class|enum class) (\w+)/gm),
      ...text.matchAll(/^(?!using|return|template|struct|class|enum|namespace)[A-Za-z][\w:<>,&* ]*?[ &*](\w+)\(/gm),
    ];
    const definition = (name) => (read(path.replace(/hpp$/, 'cpp'), '').match(new RegExp(`^[\\w:<>,&* ]+[ &*]${name}\\(`, 'gm')) ?? []).length;
    for (const [, name] of declared) {
      const own = [...text.matchAll(new RegExp(`\\b${name}\\b`, 'g'))].length;
      if (own === 1 && count.get(name) - own - definition(name) <= 0 && !elsewhere.has(name)) problems.push(`${path}: ${name}`);
    }
  }
  expectNone(problems);
});

test('what a header declares inside a class, somebody uses', () => {
  const code = native.map((path) => codeOnly(path));
  /** Calls, definitions and declarations of each function, and names that are used as `&Class::name`. */
  const called = new Map();
  const named = new Map();
  const add = (map, name) => map.set(name, (map.get(name) ?? 0) + 1);
  for (const text of code) {
    for (const [, name] of text.matchAll(/\b([A-Za-z_]\w*)\(/g)) add(called, name);
    for (const [, name] of text.matchAll(/&[\w:]+::(\w+)\b(?!\()/g)) add(named, name);
  }
  /** Uses of members and other names; `{.name = …}` only sets a member and does not count. */
  const read = new Map();
  for (const text of code) for (const [, name] of text.matchAll(/(?:(?<=[\w)\]]\.)|(?<=->)|(?<![.\w]))([A-Za-z_]\w*)\b/g)) add(read, name);
  const definitions = new Map();
  for (const text of code) for (const [, name] of text.matchAll(/^[\w:<>,&* ]*\b\w+::(\w+)\([^;]*?\)[^;{]*\{/gm)) add(definitions, name);
  // Used by a comparison that the compiler generates.
  const compared = new Set(['inode']);
  const problems = [];
  for (const path of native.filter((one) => one.endsWith('.hpp') && !/test/.test(one))) {
    const text = codeOnly(path);
    for (const [whole, name] of text.matchAll(/^ {2,4}(?!return|throw|co_|using|else|case|if|for|while)[A-Za-z][\w:<>,&* ]*?[ &*]([a-z]\w*)\([^;{]*[;{]/gm)) {
      if (/\boverride\b|^\s*operator/.test(whole)) continue;
      const declared = [...text.matchAll(new RegExp(`^ {2,4}(?!return|throw|co_)[A-Za-z][\\w:<>,&* ]*?[ &*]${name}\\(`, 'gm'))].length;
      if (called.get(name) - declared - (definitions.get(name) ?? 0) <= 0 && !named.has(name)) problems.push(`${path}: ${name}()`);
    }
    for (const [, name] of text.matchAll(/^ {2,4}(?!return|throw|co_|using|else|case|friend|namespace|struct|class|enum|goto|delete|break|continue)[A-Za-z][\w:<>,&* ]*[ &*>](\w+)(?: = [^;()]*|\{[^;]*\})?;/gm)) {
      if ((read.get(name) ?? 0) <= 1 && !compared.has(name)) problems.push(`${path}: ${name}`);
    }
  }
  expectNone(problems);
});

test('each module has tests beside its sources', () => {
  const modules = new Map();
  for (const path of native.filter((one) => /\.cpp$/.test(one) && /^(server|emulator)\/./.test(one))) {
    const folder = path.startsWith('server/') && !/^server\/(base|app)\//.test(path) ? path.split('/').slice(0, 3) : path.split('/').slice(0, 2);
    const module = folder.at(-1).includes('.') ? folder.slice(0, -1).join('/') : folder.join('/');
    modules.set(module, modules.get(module) || path.endsWith('_test.cpp'));
  }
  assert.ok(modules.size > 15);
  expectNone([...modules].filter(([, tested]) => !tested).map(([module]) => module));
});

test('each fuzzer has a corpus that ./dev test replays', () => {
  const fuzzers = native.filter((path) => path.endsWith('_fuzz.cpp')).map((path) => path.split('/').at(-1).replace('.cpp', ''));
  const corpora = new Set(files(/^tests\/fuzz\/corpus\//).map((path) => path.split('/')[3]));
  assert.deepEqual([...corpora].sort(), fuzzers.sort());
});
