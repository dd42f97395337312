// The operations of api/openapi.yaml.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './programs.mjs';

const YAML = createRequire(join(root, 'web/package.json'))('yaml');
export const description = YAML.parse(readFileSync(join(root, 'api/openapi.yaml'), 'utf8'));

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head'];

/** {id, method, path, names (of the path's parameters), json (an example of the body, or undefined)}. */
export const operations = Object.entries(description.paths).flatMap(([path, at]) =>
  Object.entries(at).filter(([method]) => METHODS.includes(method)).map(([method, operation]) => ({
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    names: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
    json: operation.requestBody?.content['application/json']?.example,
  })));

/** The path with these values in the place of its parameters; every name must have one. */
export const pathOf = ({ path }, values) => path.replace(/\{(\w+)\}/g, (_, name) => {
  if (values[name] === undefined) throw new Error(`${path}: no value for ${name}`);
  return encodeURIComponent(values[name]);
});
