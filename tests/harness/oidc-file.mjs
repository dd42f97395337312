// The file that tells a server with whom people log in.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const callbackUrl = (origin, id = 'dex') => `${origin}/api/auth/${id}/callback`;

/**
 * Writes the file of `--oidc-file` into a folder of its own, and returns its name. `issuers`: {id, peer, ...}, where `peer` is a
 * test issuer or Dex, and everything else stands in the file or replaces what would. `secret`: {text, mode} of the secret's
 * file. JSON is YAML.
 */
export function writeOidcFile({ publicUrl, issuers, firstAdmin, more = {} }) {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-oidc-'));
  const entries = issuers.map(({ id = 'dex', peer, secret = {}, ...settings }) => {
    writeFileSync(join(folder, `${id}.secret`), secret.text ?? `${peer.secret}\n`, { mode: secret.mode ?? 0o600 });
    return { id, name: id === 'dex' ? 'Dex' : id, issuer: peer.issuer, client_id: 'reprise', client_secret_file: `${id}.secret`, ...settings };
  });
  const file = join(folder, 'oidc.yaml');
  writeFileSync(file, JSON.stringify({ public_url: publicUrl, issuers: entries, ...(firstAdmin ? { first_admin: firstAdmin } : {}), ...more }, null, 2));
  return { file, folder };
}
