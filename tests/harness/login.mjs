// A server at which people log in, known to test issuers.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.mjs';
import { callbackUrl, writeOidcFile } from './oidc-file.mjs';
import { Person } from './person.mjs';
import { remove, run, startServer } from './programs.mjs';

/**
 * A server with logins, as `startServer` (whose options are `server`). Issuers as in `writeOidcFile`; a test issuer learns to know
 * the server as its client. `person()` makes somebody with a browser.
 */
export async function startLoginServer({ issuers, firstAdmin, publicUrl, server: options = {}, port, more } = {}) {
  port ??= await freePort();
  const origin = `http://localhost:${port}`;
  for (const { id, peer } of issuers) {
    if (peer.addClient) peer.secret = peer.addClient({ redirectUris: [callbackUrl(origin, id)] }).secret;
  }
  const { file, folder } = writeOidcFile({ publicUrl: publicUrl ?? origin, issuers, firstAdmin, more });
  const server = await startServer({ listen: `localhost:${port}`, ...options, args: ['--oidc-file', file, ...(options.args ?? [])] });
  return Object.assign(server, {
    origin,
    oidcFile: file,
    person: () => new Person(origin),
    /** The reasons of all refused logins that the log tells, in order; of one issuer, or of all. */
    refusals: (issuerId) => logLines(server.program.log)
      .filter(({ event, issuer }) => event === 'login.failed' && (issuerId === undefined || issuer === issuerId)).map(({ reason }) => reason),
    async end() {
      const code = await server.stop();
      remove(folder);
      return code;
    },
  });
}

export const logLines = (log) => log.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));

/** What the program says, and its exit code, when it is started with this file. */
export async function refusedStart(settings) {
  const { file, folder } = writeOidcFile(settings);
  const dataDir = mkdtempSync(join(tmpdir(), 'reprise-test-'));
  // A start that is not refused is ended after three seconds, with 124.
  const ended = await run('reprise', ['serve', '--listen', 'localhost:0', '--ops-listen', 'localhost:0', '--data-dir', dataDir, '--gemini-url', 'http://localhost:1', '--oidc-file', file], {}, ['timeout', '20']);
  remove(folder);
  remove(dataDir);
  return ended;
}
