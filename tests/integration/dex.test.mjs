// Our Dex (tests/harness/dex.mjs) with a certified client: so that a login that fails elsewhere is the fault of our server.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Dex } from '../harness/dex.mjs';
import { Postgres } from '../harness/postgres.mjs';
import { root } from '../harness/programs.mjs';

const client = await import(pathToFileURL(createRequire(join(root, 'web/package.json')).resolve('openid-client')));
const REDIRECT = 'http://localhost:1/api/auth/dex/callback';
const postgres = new Postgres();
before(() => postgres.start());
after(() => postgres.remove());

async function certified(dex) {
  const config = await client.discovery(new URL(dex.issuer), 'reprise', dex.secret, client.ClientSecretBasic(dex.secret), {
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
  });
  const [pkceCodeVerifier, expectedState, expectedNonce] = [client.randomPKCECodeVerifier(), client.randomState(), client.randomNonce()];
  const begun = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT, scope: 'openid email groups profile', state: expectedState, nonce: expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: 'S256',
  });
  const finish = async (location) =>
    (await client.authorizationCodeGrant(config, location, { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true })).claims();
  return { begun, finish };
}

for (const storage of ['memory', 'PostgreSQL']) {
  test(`with ${storage}: right and wrong passwords, claims, a restart`, async () => {
    const database = storage === 'PostgreSQL' ? await postgres.database() : undefined;
    const dex = await Dex.start({ redirectUris: [REDIRECT], people: [{ name: 'anna', groups: ['staff'] }, { name: 'ben', verified: false }], database });
    try {
      const anna = await certified(dex);
      assert.deepEqual(await dex.logIn(anna.begun, 'anna', 'guess'), { status: 401, location: null });
      const claims = await anna.finish((await dex.logIn(anna.begun, 'anna')).location);
      assert.deepEqual([claims.iss, claims.email, claims.email_verified, claims.groups], [dex.issuer, 'anna@example.test', true, ['staff']]);
      const ben = await certified(dex);
      assert.equal((await ben.finish((await dex.logIn(ben.begun, 'ben')).location)).email_verified, false);
      const keys = async () => (await (await fetch(`${dex.issuer}/keys`)).json()).keys.map(({ kid }) => kid);
      const old = await keys();
      await dex.stop();
      await dex.resume();
      assert.equal((await keys()).includes(old[0]), storage === 'PostgreSQL', 'memory forgets its keys');
      const again = await certified(dex);
      await again.finish((await dex.logIn(again.begun, 'anna')).location);
    } finally {
      await dex.remove();
    }
  });
}
