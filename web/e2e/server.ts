/** Installations of the real binary to click through: an empty one, and the made-up trading company. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type APIRequestContext, test as base, expect, type Page, request } from '@playwright/test';

const BINARY = process.env.CAUSEWAY_BIN ?? resolve(import.meta.dirname, '../../target/debug/causeway');
export const OWNER = { email: 'owner@example.com', password: 'correct horse battery', name: '林怡君' };

const freePort = () =>
  new Promise<number>((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });

export class Installation {
  readonly url: string;
  private readonly process: ChildProcess;
  private readonly folder: string;
  private sample = '';

  private constructor(url: string, process: ChildProcess, folder: string) {
    this.url = url;
    this.process = process;
    this.folder = folder;
  }

  static async start(args: string[]): Promise<Installation> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'causeway-web-'));
    const child = spawn(BINARY, [...args, '--listen', `127.0.0.1:${port}`, '--data', folder], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, CAUSEWAY_LOG: 'warn' },
    });
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    const url = `http://127.0.0.1:${port}`;
    for (let waited = 0; waited < 60_000; waited += 100) {
      if (child.exitCode !== null) throw new Error(`${BINARY} ended: ${said}`);
      const answer = await fetch(`${url}/readyz`).catch(() => undefined);
      if (answer?.ok) return new Installation(url, child, folder);
      await new Promise((wake) => setTimeout(wake, 100));
    }
    child.kill('SIGKILL');
    throw new Error(`${BINARY} is not ready after a minute: ${said}`);
  }

  /** With the sample system at an address of its own, since the usual one may be taken. */
  static async withSample(): Promise<Installation> {
    const address = `127.0.0.1:${await freePort()}`;
    const installation = await Installation.start(['serve', `--sample=${address}`]);
    installation.sample = `http://${address}`;
    return installation;
  }

  /** Tells the shipped flows where the sample system is. */
  async tellSample() {
    const owner = await this.owner();
    const answer = await owner.put('/api/v1/variables/sample_url', { data: { value: this.sample } });
    expect(answer.ok(), await answer.text()).toBe(true);
    await owner.dispose();
  }

  async stop() {
    const gone = new Promise((done) => this.process.once('exit', done));
    this.process.kill('SIGTERM');
    await gone;
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A program's way in: the owner, signed in, with what changes need. */
  async owner(): Promise<APIRequestContext> {
    const context = await request.newContext({ baseURL: this.url });
    const setup = (await (await context.get('/api/v1/setup')).json()) as { needed: boolean };
    const answer = setup.needed
      ? await context.post('/api/v1/setup', { data: OWNER })
      : await context.post('/api/v1/sessions', { data: OWNER });
    const { csrf_token } = (await answer.json()) as { csrf_token: string };
    const { cookies } = await context.storageState();
    await context.dispose();
    return request.newContext({
      baseURL: this.url,
      // As a page of this server asks.
      extraHTTPHeaders: { 'X-CSRF-Token': csrf_token, Origin: this.url },
      storageState: { cookies, origins: [] },
    });
  }
}

export type Language = 'en' | 'zh-TW';
export const LANGUAGES: Language[] = ['en', 'zh-TW'];

type Fixtures = {
  /** An installation that nobody has seen yet, with the sample system. */
  fresh: Installation;
};
type WorkerFixtures = {
  /** The trading company, shared by all tests: what they change they name their own. */
  company: Installation;
};

export const test = base.extend<Fixtures, WorkerFixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: fixtures say by a pattern what they need
  fresh: async ({}, use) => {
    const installation = await Installation.withSample();
    await use(installation);
    await installation.stop();
  },
  company: [
    // biome-ignore lint/correctness/noEmptyPattern: fixtures say by a pattern what they need
    async ({}, use) => {
      const installation = await Installation.start(['demo', '--ports', String(await freePort())]);
      await use(installation);
      await installation.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  page: async ({ page }, use) => {
    const broken: string[] = [];
    page.on('pageerror', (error) => broken.push(error.message));
    // What a page asks of another origin, or what the policy refused, is a fault whichever test it happens in.
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) broken.push(message.text());
    });
    await use(page);
    expect(broken, 'the page broke').toEqual([]);
  },
});

/** Signed in as the owner, in a language. */
export async function enter(page: Page, installation: Installation, language: Language, path = '/') {
  const owner = await installation.owner();
  const { cookies } = await owner.storageState();
  await page.context().addCookies(cookies);
  await owner.dispose();
  const join = path.includes('?') ? '&' : '?';
  await page.goto(`${installation.url}${path}${join}lang=${language}`);
}

export { expect };
