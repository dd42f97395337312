// A small Debian 12 for tests: what `debootstrap` makes, kept as a tar file in build/. For root only.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cleanEnvironment, root } from './programs.mjs';

const execute = promisify(execFile);
const TAR = join(root, 'build/debian-12.tar');
const big = { maxBuffer: 1 << 26 };
const SOURCES = `deb http://deb.debian.org/debian bookworm main
deb http://deb.debian.org/debian bookworm-updates main
deb http://deb.debian.org/debian-security bookworm-security main
`;

/** Why such a system cannot be made here, or false. */
export const noDebian = () => {
  if (process.env.TEST_LONG !== '1') return 'TEST_LONG=1 runs it: it fetches a Debian and takes minutes';
  if (process.getuid() !== 0) return 'only root can make another Debian';
  return existsSync('/usr/sbin/debootstrap') ? false : 'debootstrap is not installed: ./dev test --long installs it';
};

/** The tar file of a Debian without anything; made at the first call. */
export async function debian() {
  if (existsSync(TAR)) return TAR;
  const folder = mkdtempSync(join(tmpdir(), 'reprise-debian-'));
  try {
    await execute('debootstrap', ['--variant=minbase', 'bookworm', join(folder, 'root')], big);
    writeFileSync(join(folder, 'root/etc/apt/sources.list'), SOURCES);
    mkdirSync(dirname(TAR), { recursive: true });
    await execute('tar', ['-C', join(folder, 'root'), '--exclude=./var/cache/apt/archives/*.deb', '-cf', `${TAR}.new`, '.']);
    renameSync(`${TAR}.new`, TAR);
    return TAR;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A Debian of its own in a folder, in which programs run. */
export class Chroot {
  folder = mkdtempSync(join(tmpdir(), 'reprise-chroot-'));

  static async make() {
    const one = new Chroot();
    try {
      await execute('tar', ['-C', one.folder, '-xf', await debian()]);
      await execute('cp', ['-L', '/etc/resolv.conf', one.path('/etc/resolv.conf')]);
      // As an installed machine has it.
      writeFileSync(one.path('/etc/hosts'), '127.0.0.1 localhost\n::1 localhost\n');
      // No program is started by a package: there is no init.
      writeFileSync(one.path('/usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
      await execute('mount', ['-t', 'proc', 'proc', one.path('/proc')]);
      return one;
    } catch (error) {
      await one.remove();
      throw error;
    }
  }

  path = (inside) => join(this.folder, inside);
  /** The command line that runs a program inside, as an account of it. */
  command = (words, account = 'root') => ['chroot', `--userspec=${account}:${account}`, this.folder, 'env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C.UTF-8', ...words];
  /** Runs a program to its end; its output, or an error with all that it said. */
  async run(words, account) {
    const [command, ...rest] = this.command(words, account);
    try {
      const { stdout, stderr } = await execute(command, rest, { ...big, env: cleanEnvironment() });
      return stdout + stderr;
    } catch (error) {
      throw new Error(`${words.join(' ')}: ${error.code}\n${error.stdout}${error.stderr}`);
    }
  }

  async remove() {
    await execute('umount', ['-l', this.path('/proc')]).catch(() => {});
    // Never into another file system, should it still be there.
    await execute('rm', ['-rf', '--one-file-system', this.folder]);
  }
}
