// A strict stand-in for Google Cloud Storage: JSON API, signed URLs, token endpoint and metadata server, with faults by script.
// What Google accepts and we must never do (a write without a precondition, a gap in an upload) is refused here with "strict:".
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Bucket } from './bucket.mjs';
import { Identity, makeAccount, Refused } from './identity.mjs';

const hashes = (object) => `crc32c=${object.crc32c},md5=${object.md5}`;
const crcOf = (header) => /crc32c=([^,\s]+)/.exec(header ?? '')?.[1];

export class FakeGcs {
  /** What was asked: `{method, path, status, headers, port}` in order of the answers; status 0: it was cut. */
  asked = [];
  #faults = [];
  #clockMs = 0;

  static async start(bucket = 'test-bucket') {
    const fake = new FakeGcs();
    fake.server = createServer((request, response) => fake.#serve(request, response));
    fake.server.listen(0, '127.0.0.1');
    fake.server.unref();
    await once(fake.server, 'listening');
    fake.url = `http://127.0.0.1:${fake.server.address().port}`;
    fake.account = makeAccount(`${fake.url}/token`);
    const now = () => Date.now() + fake.#clockMs;
    fake.identity = new Identity(fake.account, now);
    fake.bucket = new Bucket(bucket, now);
    return fake;
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  /** Moves its clock. */
  turnClock(ms) {
    this.#clockMs += ms;
  }

  /**
   * The next `times` requests whose "METHOD /path?query" fits `on` meet a fault:
   * `status` (with `retryAfter` in seconds) or `cutRequestAt` (bytes of the body) before anything happens; `lose` the answer after it
   * happened; `cutAnswerAt` bytes of the body; `wrongBytes` in it; `delayMs` before it.
   */
  fault(on, what, times = 1) {
    this.#faults.push({ on, left: times, ...what });
    return this;
  }

  /** Faults that never came to pass: a test that leaves some has tested nothing. */
  get unused() {
    return this.#faults.filter((one) => one.left > 0);
  }
  clear() {
    this.#faults = [];
    this.asked = [];
  }

  #faultFor(request) {
    const found = this.#faults.find((one) => one.left > 0 && one.on.test(`${request.method} ${request.url}`));
    if (found) --found.left;
    return found ?? {};
  }

  async #serve(request, response) {
    const port = request.socket.remotePort;
    const fault = this.#faultFor(request);
    const note = (status) => this.asked.push({ method: request.method, path: request.url, status, headers: request.headers, port });
    const cut = () => {
      note(0);
      request.socket.resetAndDestroy();
    };
    const pieces = [];
    let size = 0;
    try {
      for await (const piece of request) {
        pieces.push(piece);
        size += piece.length;
        if (fault.cutRequestAt !== undefined && size >= fault.cutRequestAt) return cut();
      }
    } catch {
      return note(0); // the client went away
    }
    if (fault.cutRequestAt !== undefined) return cut();
    let answer;
    try {
      if (fault.status) throw Object.assign(new Refused(fault.status, 'scripted fault'), { retryAfter: fault.retryAfter });
      answer = this.#answer(request, new URL(request.url, this.url), Buffer.concat(pieces));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      answer = {
        status: error.status,
        headers: error.retryAfter === undefined ? {} : { 'retry-after': String(error.retryAfter) },
        json: { error: { code: error.status, message: error.message, errors: [{ message: error.message, reason: error.reason }] } },
      };
    }
    if (fault.lose) return cut();
    if (fault.delayMs) await new Promise((resolve) => setTimeout(resolve, fault.delayMs).unref());
    this.#send(response, answer, fault, note);
  }

  #send(response, { status = 200, headers = {}, json, bytes }, fault, note) {
    let body = json === undefined ? (bytes ?? Buffer.alloc(0)) : Buffer.from(JSON.stringify(json));
    if (fault.wrongBytes && body.length > 0) {
      body = Buffer.from(body);
      body[body.length >> 1] ^= 1;
    }
    const length = status === 204 ? {} : { 'content-length': body.length }; // RFC 9110 8.6
    const type = json === undefined ? {} : { 'content-type': 'application/json; charset=UTF-8' };
    if (fault.cutAnswerAt !== undefined && body.length === 0) {
      note(0);
      response.socket.resetAndDestroy();
      return;
    }
    response.writeHead(status, { date: new Date(Date.now() + this.#clockMs).toUTCString(), ...length, ...type, ...headers });
    if (fault.cutAnswerAt !== undefined) {
      response.write(body.subarray(0, fault.cutAnswerAt), () => {
        note(0);
        setTimeout(() => response.socket?.resetAndDestroy(), 20);
      });
      return;
    }
    note(status);
    response.end(status === 304 ? undefined : body);
  }

  #answer(request, url, body) {
    const path = url.pathname;
    const of = (name) => url.searchParams.get(name) ?? undefined;
    if (path === '/token' && request.method === 'POST') return { json: this.identity.exchange(body.toString()) };
    if (path.startsWith('/computeMetadata/')) return this.#metadata(request, url);
    if (of('upload_id') !== undefined) return this.#piece(request, of('upload_id'), body); // the session itself is the permission
    if (request.method === 'OPTIONS') return { headers: this.#shared(request, request.headers['access-control-request-method']) };
    if (of('X-Goog-Signature') ?? of('x-goog-signature')) return this.#signed(request, url, body);
    const scopes = this.identity.authorize(request.headers);
    const bucketPath = `/storage/v1/b/${this.bucket.name}`;
    const [, named] = /^(?:\/upload)?\/storage\/v1\/b\/([^/]+)/.exec(path) ?? [];
    if (named === undefined) throw new Refused(404, 'Not Found', 'notFound');
    if (named !== this.bucket.name) throw new Refused(404, 'The specified bucket does not exist.', 'notFound');
    if (path === bucketPath) return this.#bucket(request, of, body, scopes);
    if (path === `${bucketPath}/iam/testPermissions`) {
      const has = url.searchParams.getAll('permissions').filter((one) => this.bucket.permissions.has(one));
      return { json: { kind: 'storage#testIamPermissionsResponse', ...(has.length > 0 ? { permissions: has } : {}) } };
    }
    if (path === `/upload${bucketPath}/o`) return this.#upload(request, of, body);
    if (path === `${bucketPath}/o` && request.method === 'GET') {
      this.#needs('objects.list');
      const { items, prefixes, nextPageToken } = this.bucket.list({
        ...Object.fromEntries(url.searchParams), maxResults: Number(of('maxResults') ?? 1000),
      });
      return { json: { kind: 'storage#objects', ...(items.length ? { items } : {}), ...(prefixes.length ? { prefixes } : {}), ...(nextPageToken ? { nextPageToken } : {}) } };
    }
    if (path.startsWith(`${bucketPath}/o/`)) return this.#object(request, decodeURIComponent(path.slice(bucketPath.length + 3)), of);
    throw new Refused(404, 'Not Found', 'notFound');
  }

  #needs(permission) {
    if (!this.bucket.permissions.has(`storage.${permission}`)) {
      throw new Refused(403, `${this.account.client_email} does not have storage.${permission} access to the Google Cloud Storage bucket.`, 'forbidden');
    }
  }

  #metadata(request, url) {
    if (request.headers['metadata-flavor'] !== 'Google' || request.headers['x-forwarded-for']) throw new Refused(403, 'Missing Metadata-Flavor:Google header.');
    if (!url.pathname.endsWith('/instance/service-accounts/default/token')) throw new Refused(404, 'Not Found');
    const scopes = (url.searchParams.get('scopes') ?? '').split(',');
    return { headers: { 'metadata-flavor': 'Google' }, json: this.identity.newToken(scopes) };
  }

  #bucket(request, of, body, scopes) {
    if (request.method === 'PATCH') {
      if (!scopes.some((scope) => /devstorage\.full_control|cloud-platform/.test(scope))) throw new Refused(403, 'Insufficient Permission', 'insufficientPermissions');
      this.#needs('buckets.update');
      if (of('ifMetagenerationMatch') === undefined) throw new Refused(400, 'strict: update without a precondition', 'required');
      if (of('ifMetagenerationMatch') !== this.bucket.config.metageneration) throw new Refused(412, 'conditionNotMet', 'conditionNotMet');
      this.bucket.change(JSON.parse(body.toString()));
    } else if (request.method !== 'GET') {
      throw new Refused(405, 'Method Not Allowed');
    } else {
      this.#needs('buckets.get');
    }
    return { json: this.bucket.config };
  }

  #upload(request, of, body) {
    if (request.method !== 'POST') throw new Refused(405, 'Method Not Allowed');
    this.#needs('objects.create');
    const conditions = { match: of('ifGenerationMatch') };
    const type = of('uploadType');
    if (type === 'media') {
      const expectedCrc32c = crcOf(request.headers['x-goog-hash']);
      if (!expectedCrc32c) throw new Refused(400, 'strict: an upload without x-goog-hash: crc32c');
      return { json: this.bucket.resource(this.bucket.insert(of('name') ?? '', body, conditions, { contentType: request.headers['content-type'], expectedCrc32c })) };
    }
    if (type === 'multipart') return this.#multipart(request, of, body, conditions);
    if (type !== 'resumable') throw new Refused(400, 'uploadType');
    const metadata = body.length > 0 ? JSON.parse(body.toString()) : {};
    const id = this.bucket.begin(of('name') ?? metadata.name ?? '', conditions, { contentType: request.headers['x-upload-content-type'], ...metadata });
    return { headers: { location: `${this.url}/upload/storage/v1/b/${this.bucket.name}/o?uploadType=resumable&upload_id=${id}` } };
  }

  /** multipart/related: the resource, then the content. */
  #multipart(request, of, body, conditions) {
    const boundary = /boundary="?([^";]+)"?/.exec(request.headers['content-type'] ?? '')?.[1];
    const text = body.toString('latin1');
    const [, first, second] = text.split(`--${boundary}`);
    if (second === undefined) throw new Refused(400, 'multipart');
    const content = (part) => Buffer.from(part.slice(part.indexOf('\r\n\r\n') + 4, -2), 'latin1');
    const metadata = JSON.parse(content(first).toString());
    const object = this.bucket.insert(of('name') ?? metadata.name, content(second), conditions, {
      contentType: metadata.contentType, expectedCrc32c: metadata.crc32c, expectedMd5: metadata.md5Hash,
    });
    return { json: this.bucket.resource(object) };
  }

  #piece(request, id, body) {
    if (request.method === 'DELETE') {
      this.bucket.sessions.delete(id);
      return { status: 499 };
    }
    if (request.method !== 'PUT') throw new Refused(405, 'Method Not Allowed');
    const { object, stored } = this.bucket.piece(id, request.headers['content-range'], body, crcOf(request.headers['x-goog-hash']));
    if (object) return { json: this.bucket.resource(object) };
    return { status: 308, headers: stored > 0 ? { range: `bytes=0-${stored - 1}` } : {} };
  }

  #object(request, name, of) {
    const conditions = { match: of('ifGenerationMatch'), generation: of('generation') };
    if (request.method === 'DELETE') {
      this.#needs('objects.delete');
      this.bucket.delete(name, conditions);
      return { status: 204 };
    }
    if (request.method !== 'GET') throw new Refused(405, 'Method Not Allowed');
    this.#needs('objects.get');
    const object = this.bucket.check(name, conditions, {});
    return of('alt') === 'media' ? this.#content(request, object) : { json: this.bucket.resource(object) };
  }

  #content(request, object) {
    const headers = {
      'content-type': object.contentType, 'x-goog-hash': hashes(object), 'x-goog-generation': String(object.generation),
      'x-goog-stored-content-length': String(object.bytes.length), 'x-goog-stored-content-encoding': 'identity', 'accept-ranges': 'bytes',
    };
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    if (first === undefined) return { headers, bytes: object.bytes };
    const size = object.bytes.length;
    if (Number(first) >= size) throw new Refused(416, 'The requested range cannot be satisfied.', 'requestedRangeNotSatisfiable');
    const end = Math.min(last === '' ? size - 1 : Number(last), size - 1);
    return {
      status: 206,
      headers: { ...headers, 'content-range': `bytes ${first}-${end}/${size}` },
      bytes: object.bytes.subarray(Number(first), end + 1),
    };
  }

  /** What lets a page of another origin read the answer, as the bucket's CORS rules say (cloud.google.com/storage/docs/cross-origin). */
  #shared(request, method = request.method) {
    const { origin } = request.headers;
    const rule = this.bucket.config.cors?.find((one) => one.method.includes(method) && one.origin.some((name) => name === '*' || name === origin));
    if (origin === undefined || rule === undefined) return {};
    const names = rule.responseHeader.join(', ');
    return {
      'access-control-allow-origin': rule.origin.includes('*') ? '*' : origin, 'access-control-allow-methods': rule.method.join(', '),
      'access-control-allow-headers': names, 'access-control-expose-headers': names, vary: 'Origin',
    };
  }

  /** The XML API, with the permission in the URL. */
  #signed(request, url, body) {
    this.identity.authorizeSigned(request.method, url, request.headers);
    const [, bucket, name] = /^\/([^/]+)\/(.+)$/.exec(url.pathname) ?? [];
    if (bucket !== this.bucket.name) throw new Refused(404, 'NoSuchBucket');
    const key = decodeURIComponent(name);
    if (request.method === 'GET' || request.method === 'HEAD') {
      const answer = this.#content(request, this.bucket.check(key, {}, {}));
      const wished = ['content-type', 'content-disposition'].flatMap((header) => {
        const value = url.searchParams.get(`response-${header}`);
        return value === null ? [] : [[header, value]];
      });
      const headers = { ...answer.headers, ...Object.fromEntries(wished), ...this.#shared(request) };
      return { ...answer, headers, ...(request.method === 'HEAD' ? { bytes: undefined } : {}) };
    }
    if (request.method !== 'PUT') throw new Refused(405, 'MethodNotAllowed');
    const [, least, most] = /^(\d+),(\d+)$/.exec(request.headers['x-goog-content-length-range'] ?? '') ?? [];
    if (least !== undefined && (body.length < Number(least) || body.length > Number(most))) throw new Refused(400, 'EntityTooLarge');
    const object = this.bucket.insert(key, body, { match: request.headers['x-goog-if-generation-match'] }, {
      contentType: request.headers['content-type'], expectedCrc32c: crcOf(request.headers['x-goog-hash']),
    });
    return { headers: { 'x-goog-hash': hashes(object), 'x-goog-generation': String(object.generation) } };
  }
}
