// Ports for servers that are told where to listen, and for those that come back to the same place after a pause.
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that Linux gives to connections and to `listen(0)` (32768 to 60999, ip-sysctl.rst `ip_local_port_range`): a port
 * from there may be somebody else's before the server that it was meant for listens (seen once in 900 starts, 2026-11-30).
 */
const FIRST = 20_000;
const LAST = 32_767;

/** Each process begins somewhere else, and takes no port twice before all were taken. */
let next = randomInt(FIRST, LAST + 1);

/** Whether nobody listens at the port of this address. A system without IPv6 has nobody there. */
async function isFree(port, host) {
  const listener = createServer();
  try {
    listener.listen(port, host);
    await once(listener, 'listening');
  } catch (error) {
    return error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT';
  }
  listener.close();
  await once(listener, 'close');
  return true;
}

/** A port of loopback, of both IP versions, that is free now and that nobody gets by chance. */
export async function freePort() {
  for (let tried = FIRST; tried <= LAST; ++tried) {
    const port = next;
    next = next === LAST ? FIRST : next + 1;
    if (await isFree(port, '127.0.0.1') && await isFree(port, '::1')) return port;
  }
  throw new Error(`no port from ${FIRST} to ${LAST} is free`);
}
