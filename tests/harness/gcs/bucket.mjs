// Objects with generations, and uploads in pieces: the state of one bucket, with every precondition checked.
import { createHash, randomUUID } from 'node:crypto';
import { Refused } from './identity.mjs';

const GRAIN = 256 * 1024;
const WEEK_MS = 604_800_000;

const table = Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; ++bit) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value >>> 0;
});

/** CRC-32C as Google writes it: big-endian, in base64. */
export function crc32c(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ table[(crc ^ byte) & 255];
  const out = Buffer.alloc(4);
  out.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
  return out.toString('base64');
}

const number = (text, what) => {
  if (!/^\d+$/.test(text)) throw new Refused(400, `${what} is no number`);
  return Number(text);
};

const only = (object, known, what) => {
  const strange = Object.keys(object).find((name) => !known.includes(name));
  if (strange !== undefined) throw new Refused(400, `Unknown name "${strange}" at '${what}'`, 'invalid');
};
const texts = (list, what) => {
  if (!Array.isArray(list) || !list.every((one) => typeof one === 'string')) throw new Refused(400, `Invalid value at '${what}'`, 'invalid');
};
const kActions = ['Delete', 'SetStorageClass', 'AbortIncompleteMultipartUpload'];
/** What Google takes as the members of a bucket that may be changed. */
const checks = {
  cors(rules) {
    for (const rule of rules) {
      only(rule, ['origin', 'method', 'responseHeader', 'maxAgeSeconds'], 'cors');
      for (const name of ['origin', 'method', 'responseHeader']) if (name in rule) texts(rule[name], `cors.${name}`);
      if (!Number.isInteger(rule.maxAgeSeconds ?? 0)) throw new Refused(400, "Invalid value at 'cors.max_age_seconds'", 'invalid');
    }
  },
  lifecycle(value) {
    only(value, ['rule'], 'lifecycle');
    for (const rule of value.rule ?? []) {
      only(rule, ['action', 'condition'], 'lifecycle.rule');
      if (!kActions.includes(rule.action?.type)) throw new Refused(400, 'A lifecycle rule needs an action', 'invalid');
      const conditions = Object.keys(rule.condition ?? {});
      if (conditions.length === 0) throw new Refused(400, 'A lifecycle rule needs a condition', 'invalid');
      const forUploads = ['age', 'matchesPrefix', 'matchesSuffix'];
      if (rule.action.type === 'AbortIncompleteMultipartUpload' && !conditions.every((name) => forUploads.includes(name))) {
        throw new Refused(400, 'This action does not take such a condition', 'invalid');
      }
    }
  },
};

export class Bucket {
  objects = new Map();
  sessions = new Map();
  #generation;
  /** `storesLess(bytes)`: how many of a piece's bytes are stored. */
  storesLess = (bytes) => bytes;

  constructor(name, now) {
    this.name = name;
    this.now = now; // milliseconds
    this.#generation = BigInt(now()) * 1000n;
    this.config = {
      kind: 'storage#bucket', name, id: name, location: 'EUROPE-WEST1', locationType: 'region', storageClass: 'STANDARD',
      projectNumber: '1', metageneration: '1', timeCreated: new Date(now()).toISOString(), updated: new Date(now()).toISOString(),
      iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'enforced' },
      softDeletePolicy: { retentionDurationSeconds: '0' },
    };
    this.permissions = new Set(['buckets.get', 'buckets.update', 'objects.create', 'objects.delete', 'objects.get', 'objects.list'].map((one) => `storage.${one}`));
  }

  /** PATCH of the bucket's own resource: what is named is replaced, a null is removed, the rest stays. */
  change(members) {
    for (const [name, value] of Object.entries(members)) {
      if (name !== 'cors' && name !== 'lifecycle') throw new Refused(400, `strict: ${name} is a person's decision`, 'invalid');
      if (value !== null) checks[name](value);
    }
    for (const [name, value] of Object.entries(members)) {
      if (value === null) delete this.config[name];
      else this.config[name] = value;
    }
    this.config.metageneration = String(Number(this.config.metageneration) + 1);
    this.config.updated = new Date(this.now()).toISOString();
  }

  resource(object) {
    return {
      kind: 'storage#object', id: `${this.name}/${object.name}/${object.generation}`, name: object.name, bucket: this.name,
      generation: String(object.generation), metageneration: '1', contentType: object.contentType, size: String(object.bytes.length),
      crc32c: object.crc32c, md5Hash: object.md5, timeCreated: object.created, updated: object.created, storageClass: 'STANDARD', etag: `etag-${object.generation}`,
    };
  }

  /** Each writing call must name the state that it expects; each named state must hold. */
  check(name, conditions, { writes }) {
    const object = this.objects.get(name);
    const wanted = conditions.match ?? (writes === 'delete' ? conditions.generation : undefined);
    if (writes && wanted === undefined) throw new Refused(400, `strict: ${writes} without a precondition`, 'required');
    if (conditions.match !== undefined) {
      const match = number(conditions.match, 'ifGenerationMatch');
      const holds = match === 0 ? !object : object && Number(object.generation) === match;
      // Google answers 404 to a condition on what is not there.
      if (!holds && !object && match !== 0) throw new Refused(404, `No such object: ${this.name}/${name}`, 'notFound');
      if (!holds) throw new Refused(412, 'At least one of the pre-conditions you specified did not hold.', 'conditionNotMet');
    }
    if (writes === 'insert') return undefined;
    const other = conditions.generation !== undefined && object && String(object.generation) !== conditions.generation;
    if (!object || other) throw new Refused(404, `No such object: ${this.name}/${name}`, 'notFound');
    return object;
  }

  insert(name, bytes, conditions, { contentType = 'application/octet-stream', expectedCrc32c, expectedMd5 } = {}) {
    if (Buffer.byteLength(name) < 1 || Buffer.byteLength(name) > 1024 || /[\r\n]/.test(name) || ['.', '..'].includes(name)) {
      throw new Refused(400, 'Invalid object name');
    }
    this.check(name, conditions, { writes: 'insert' });
    const object = {
      name, bytes, contentType, generation: ++this.#generation, created: new Date(this.now()).toISOString(),
      crc32c: crc32c(bytes), md5: createHash('md5').update(bytes).digest('base64'),
    };
    if (expectedCrc32c && expectedCrc32c !== object.crc32c) throw new Refused(400, `Provided CRC32C "${expectedCrc32c}" doesn't match calculated CRC32C "${object.crc32c}".`);
    if (expectedMd5 && expectedMd5 !== object.md5) throw new Refused(400, "Provided MD5 hash doesn't match calculated MD5 hash.");
    this.objects.set(name, object);
    return object;
  }

  delete(name, conditions) {
    this.check(name, conditions, { writes: 'delete' });
    this.objects.delete(name);
  }

  list({ prefix = '', delimiter = '', pageToken = '', maxResults = 1000, startOffset = '' }) {
    const after = pageToken ? Buffer.from(pageToken, 'base64url').toString() : '';
    const names = [...this.objects.keys()].filter((name) => name.startsWith(prefix) && name > after && name >= startOffset).sort();
    const items = [];
    const prefixes = new Set();
    let last;
    for (const name of names) {
      const cut = delimiter ? name.indexOf(delimiter, prefix.length) : -1;
      const group = cut < 0 ? undefined : name.slice(0, cut + delimiter.length);
      if (group !== undefined && prefixes.has(group)) {
        last = name;
        continue;
      }
      if (items.length + prefixes.size >= Math.min(maxResults, 1000)) {
        return { items, prefixes: [...prefixes], nextPageToken: Buffer.from(last).toString('base64url') };
      }
      if (group === undefined) items.push(this.resource(this.objects.get(name)));
      else prefixes.add(group);
      last = name;
    }
    return { items, prefixes: [...prefixes] };
  }

  begin(name, conditions, metadata) {
    this.check(name, conditions, { writes: 'insert' });
    const id = randomUUID();
    this.sessions.set(id, { name, conditions, metadata, stored: Buffer.alloc(0), until: this.now() + WEEK_MS });
    return id;
  }

  /** One PUT to a session: the object when it is whole, else how much is stored. */
  piece(id, contentRange, bytes, expectedCrc32c) {
    const session = this.sessions.get(id);
    if (!session) throw new Refused(404, 'No such upload', 'notFound');
    if (session.until <= this.now()) throw new Refused(410, 'The upload has expired', 'gone');
    if (session.object) return { object: session.object };
    const [, first, last, whole] = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(contentRange ?? `bytes 0-${bytes.length - 1}/${bytes.length}`) ?? [];
    if (whole === undefined) throw new Refused(400, 'Content-Range is malformed');
    const total = whole === '*' ? undefined : Number(whole);
    if (first === undefined) {
      if (bytes.length > 0) throw new Refused(400, 'A question has no body');
      if (total !== undefined && total === session.stored.length) return this.#finish(session, expectedCrc32c);
      return { stored: session.stored.length };
    }
    const from = Number(first);
    if (Number(last) - from + 1 !== bytes.length) throw new Refused(400, 'Content-Range and body differ');
    if (from > session.stored.length) throw new Refused(400, `strict: a gap before byte ${from}, ${session.stored.length} are stored`);
    const isLast = total !== undefined && Number(last) + 1 === total;
    if (total !== undefined && Number(last) + 1 > total) throw new Refused(400, 'more than the total');
    if (!isLast && bytes.length % GRAIN !== 0) throw new Refused(400, `strict: a piece of ${bytes.length} bytes is no multiple of 262144`);
    const fresh = bytes.subarray(session.stored.length - from); // what is stored already is ignored, even if it differs
    let keep = Math.min(this.storesLess(fresh.length), fresh.length);
    if (keep < fresh.length) keep -= keep % GRAIN;
    session.stored = Buffer.concat([session.stored, fresh.subarray(0, keep)]);
    if (isLast && session.stored.length === total) return this.#finish(session, expectedCrc32c);
    return { stored: session.stored.length };
  }

  #finish(session, expectedCrc32c) {
    const { name, conditions, metadata } = session;
    session.object = this.insert(name, session.stored, conditions, {
      contentType: metadata.contentType,
      expectedCrc32c: metadata.crc32c ?? expectedCrc32c,
      expectedMd5: metadata.md5Hash,
    });
    return { object: session.object };
  }
}
