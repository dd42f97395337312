/**
 * The raw text of a Live message in the form that is kept (docs/formats/recording.md 3.2): media become references;
 * tokens, keys and resumption handles become hashes; all other bytes stay. It scans the text without parsing it, so
 * that text that is not JSON is kept, too, without its secrets. Pure.
 */
import { sha256Hex } from './sha256';

/** Members whose string is a secret, in camelCase or snake_case, at any place. */
const kSecretKeys = new Set([
  'handle',
  'newHandle',
  'new_handle',
  'token',
  'accessToken',
  'access_token',
  'apiKey',
  'api_key',
]);
/** Objects whose `data` is media. */
const kMediaKeys = new Set([
  'inlineData',
  'inline_data',
  'audio',
  'video',
  'media',
  'mediaChunks',
  'media_chunks',
]);
/** Tokens and keys inside any text: `auth_tokens/…`, Google API keys, URL parameters. */
const kSecretPattern =
  /auth_tokens(?:\/|%2F)[A-Za-z0-9_\-.~%/]+|AIza[A-Za-z0-9_-]{30,}|(?<=[?&](?:access_token|key|token)=)[^&\s"'\\#]+/g;
/** In text that is not JSON: a secret member, up to its closing quote or to the end. */
const kSecretMember =
  /("(?:handle|newHandle|new_handle|token|accessToken|access_token|apiKey|api_key)"\s*:\s*")((?:[^"\\]|\\.)*)/g;

const hashed = (secret: string): string => `sha256:${sha256Hex(secret)}`;

/** Replaces one media string; null keeps the string. There is one for each media string, in the order of the text. */
export type MediaReference = string | null;

/** `secrets` are values that are known to be secret (the token of this socket). They are replaced everywhere. */
export const redactWire = (
  text: string,
  media: readonly MediaReference[],
  secrets: readonly string[] = [],
): string => {
  const strings = scanStrings(text);
  if (!strings) return redactLoose(text, secrets);
  const slots = strings.filter((found) => found.role === 'media');
  // Without one reference for each slot it is unknown which belongs to which, so the media stay in the text.
  const references = slots.length === media.length ? media : slots.map(() => null);
  let out = '';
  let from = 0;
  let slot = 0;
  for (const found of strings) {
    const raw = text.slice(found.start, found.end);
    out += redactPatterns(text.slice(from, found.start), secrets);
    out +=
      found.role === 'media'
        ? (references[slot++] ?? raw)
        : redactString(raw, found.role === 'secret', secrets);
    from = found.end;
  }
  return out + redactPatterns(text.slice(from), secrets);
};

/** The media strings of a message in the order of its text, from which references are made. */
export const mediaStrings = (text: string): string[] =>
  (scanStrings(text) ?? [])
    .filter((found) => found.role === 'media')
    .map((found) => unescaped(text.slice(found.start, found.end)));

type FoundString = { start: number; end: number; role: 'media' | 'secret' | 'text' };
type Level = { key: string; array: boolean };

/** Every string of the text without its quotes, keys included. Null when the text cannot be scanned as JSON. */
const scanStrings = (text: string): FoundString[] | null => {
  const found: FoundString[] = [];
  const levels: Level[] = [];
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '{' || c === '[') {
      // An array takes the name of its member: `mediaChunks: [{data}]`.
      levels.push({ key: levels.at(-1)?.key ?? '', array: c === '[' });
    } else if (c === '}' || c === ']') {
      if (levels.pop()?.array !== (c === ']')) return null;
    } else if (c === '"') {
      const end = closingQuote(text, i + 1);
      if (end < 0) return null;
      const start = i + 1;
      const level = levels.at(-1);
      if (level && !level.array && isKey(text, end)) {
        level.key = unescaped(text.slice(start, end));
        found.push({ start, end, role: 'text' });
      } else {
        found.push({ start, end, role: roleOf(levels) });
      }
      i = end;
    }
  }
  return levels.length === 0 ? found : null;
};

const roleOf = (levels: readonly Level[]): FoundString['role'] => {
  const key = levels.at(-1)?.key ?? '';
  if (kSecretKeys.has(key)) return 'secret';
  const outer = levels.at(-2)?.key ?? '';
  return key === 'data' && kMediaKeys.has(outer) ? 'media' : 'text';
};

/** Index of the quote that closes the string that begins at `start`; −1 when there is none. */
const closingQuote = (text: string, start: number): number => {
  for (let end = text.indexOf('"', start); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (end - 1 - slashes >= start && text[end - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return end;
  }
  return -1;
};

const isKey = (text: string, closing: number): boolean => {
  let i = closing + 1;
  while (' \t\r\n'.includes(text[i] ?? 'x')) i++;
  return text[i] === ':';
};

/** The value of a string literal that is given without its quotes; the text itself when it does not parse. */
const unescaped = (raw: string): string => {
  if (!raw.includes('\\')) return raw;
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return raw;
  }
};

const redactString = (raw: string, isSecret: boolean, secrets: readonly string[]): string => {
  const value = unescaped(raw);
  if (isSecret) return value === '' ? raw : hashed(value);
  const kept = redactPatterns(value, secrets);
  if (kept === value) return raw;
  return JSON.stringify(kept).slice(1, -1);
};

const redactPatterns = (value: string, secrets: readonly string[]): string => {
  let kept = value;
  for (const secret of secrets) {
    if (secret !== '' && kept.includes(secret)) kept = kept.replaceAll(secret, hashed(secret));
  }
  return kept.replace(kSecretPattern, (secret) => hashed(secret));
};

/** Redacts text that is not JSON. */
const redactLoose = (text: string, secrets: readonly string[]): string =>
  redactPatterns(
    text.replace(kSecretMember, (_, before: string, value: string) =>
      value === '' ? before : before + hashed(unescaped(value)),
    ),
    secrets,
  );
