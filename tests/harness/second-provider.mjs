// A second OpenID provider for tests, npm's `oidc-provider`: unlike Dex it sends `iss`, takes S256 only, asks for consent, can be refused, and
// has a logout of its own. Its pages are ours, as plain as possible.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { PASSWORD } from './dex.mjs';
import { freePort } from './ports.mjs';

const { default: Provider } = await import(pathToFileURL(createRequire(new URL('../../web/package.json', import.meta.url)).resolve('oidc-provider')));

const page = (title, body) => `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1>${body}</html>`;
const loginPage = (uid, wrong) => page('Second provider', `${wrong ? '<p role="alert">Wrong password</p>' : ''}
  <form method="post" action="/interaction/${uid}/login"><label>E-mail <input name="login"></label>
  <label>Password <input name="password" type="password"></label><button>Sign in</button></form>`);
const consentPage = (uid) => page('Allow Reprise?', `<form method="post" action="/interaction/${uid}/consent">
  <button name="answer" value="yes">Allow</button><button name="answer" value="no">Refuse</button></form>`);

export class SecondProvider {
  secret = randomBytes(24).toString('base64url');

  /** `people`: names; the e-mail of `anna` is anna@example.test, the password that of harness/dex.mjs. */
  static async start({ redirectUris, logoutUris = [], people = ['dev'] }) {
    const made = new SecondProvider();
    made.people = people;
    made.client = { client_id: 'reprise', client_secret: made.secret, redirect_uris: redirectUris, post_logout_redirect_uris: logoutUris, grant_types: ['authorization_code'], response_types: ['code'] };
    await made.resume();
    return made;
  }

  /** Starts it, again on the same port after `stop`: with new keys, and nobody is logged in there any more. */
  async resume() {
    const port = this.issuer ? Number(new URL(this.issuer).port) : await freePort();
    this.server = createServer((request, response) => this.#serve(request, response).catch(() => response.writeHead(500).end()));
    this.server.listen(port, '127.0.0.1');
    this.server.unref();
    await once(this.server, 'listening');
    this.issuer = `http://127.0.0.1:${this.server.address().port}`;
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.provider = new Provider(this.issuer, {
      clients: [this.client],
      jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: randomBytes(8).toString('hex') }] },
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
      scopes: ['openid', 'email', 'profile', 'groups'],
      conformIdTokenClaims: false,   // as most providers do: the claims are in the ID token
      features: {
        devInteractions: { enabled: false },
        // Its own page loads a font from elsewhere.
        rpInitiatedLogout: { enabled: true, logoutSource: (context, form) => { context.body = page('Log out here, too?', `${form}<button form="op.logoutForm" name="logout" value="yes">Log out here</button>`); } },
      },
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      cookies: { keys: [randomBytes(16).toString('hex')] },
      ttl: { Grant: 600, Interaction: 600, Session: 600, IdToken: 600, AccessToken: 600 },
      findAccount: (_, id) => (this.people.includes(id) ? {
        accountId: id, claims: () => ({ sub: id, email: `${id}@example.test`, email_verified: true, name: id, groups: [] }),
      } : undefined),
    });
    this.handle = this.provider.callback();
  }

  async #serve(request, response) {
    const [, uid, step] = /^\/interaction\/([\w-]+)(?:\/(login|consent))?$/.exec(request.url) ?? [];
    if (!uid) return this.handle(request, response);
    const html = (text, status = 200) => response.writeHead(status, { 'content-type': 'text/html' }).end(text);
    const details = await this.provider.interactionDetails(request, response);
    if (request.method === 'GET') return html(details.prompt.name === 'login' ? loginPage(uid) : consentPage(uid));
    let text = '';
    for await (const data of request) text += data;
    const form = new URLSearchParams(text);
    const finish = (result) => this.provider.interactionFinished(request, response, result, { mergeWithLastSubmission: step === 'consent' });
    if (step === 'login') {
      const name = form.get('login').split('@')[0];
      if (form.get('password') !== PASSWORD || !this.people.includes(name)) return html(loginPage(uid, true), 401);
      return finish({ login: { accountId: name } });
    }
    if (form.get('answer') !== 'yes') return finish({ error: 'access_denied', error_description: 'Refused by the person.' });
    const grant = new this.provider.Grant({ accountId: details.session.accountId, clientId: 'reprise' });
    grant.addOIDCScope('openid email profile groups');
    return finish({ consent: { grantId: await grant.save() } });
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }
}
