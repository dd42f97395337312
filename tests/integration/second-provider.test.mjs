// The second provider (tests/harness/second-provider.mjs) with a certified client.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { PASSWORD } from '../harness/dex.mjs';
import { root } from '../harness/programs.mjs';
import { SecondProvider } from '../harness/second-provider.mjs';

const client = await import(pathToFileURL(createRequire(join(root, 'web/package.json')).resolve('openid-client')));
const REDIRECT = 'http://localhost:1/api/auth/second/callback';

/** A browser for its pages. */
function browser(origin) {
  const cookies = new Map();
  return async (url, form) => {
    for (let at = new URL(url, origin), body = form; ;) {
      if (at.origin !== origin) return { at };
      const response = await fetch(at, {
        method: body ? 'POST' : 'GET', redirect: 'manual', headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') }, ...(body ? { body: new URLSearchParams(body) } : {}),
      });
      for (const line of response.headers.getSetCookie()) cookies.set(line.split('=', 1)[0], line.slice(line.indexOf('=') + 1).split(';')[0]);
      const next = response.headers.get('location');
      if (!next) return { at, status: response.status, action: /action="([^"]+)"/.exec(await response.text())?.[1] };
      [at, body] = [new URL(next, at), undefined];
    }
  };
}

test('a certified client logs in; a wrong password and a refusal come back as they should', async () => {
  const provider = await SecondProvider.start({ redirectUris: [REDIRECT], people: ['anna'] });
  try {
    const config = await client.discovery(new URL(provider.issuer), 'reprise', provider.secret, client.ClientSecretBasic(provider.secret), {
      execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
    });
    for (const answer of ['yes', 'no']) {
      const [pkceCodeVerifier, expectedState, expectedNonce] = [client.randomPKCECodeVerifier(), client.randomState(), client.randomNonce()];
      const begun = client.buildAuthorizationUrl(config, {
        redirect_uri: REDIRECT, scope: 'openid email profile', state: expectedState, nonce: expectedNonce,
        code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: 'S256',
      });
      const go = browser(provider.issuer);
      const { action } = await go(begun);
      assert.equal((await go(action, { login: 'anna@example.test', password: 'guess' })).status, 401);
      const consent = await go(action, { login: 'anna@example.test', password: PASSWORD });
      const { at } = await go(consent.action, { answer });
      assert.equal(at.searchParams.get('iss'), provider.issuer);
      assert.equal(at.searchParams.get('error'), answer === 'no' ? 'access_denied' : null);
      if (answer === 'no') continue;
      const claims = (await client.authorizationCodeGrant(config, at, { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true })).claims();
      assert.deepEqual([claims.iss, claims.email, claims.email_verified], [provider.issuer, 'anna@example.test', true]);
    }
    assert.ok(config.serverMetadata().end_session_endpoint);
  } finally {
    await provider.stop();
  }
});
