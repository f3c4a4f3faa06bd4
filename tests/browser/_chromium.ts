import { existsSync } from "node:fs";
import { within } from "../_within.ts";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Where Chromium is; undefined: nowhere, and tests of it are skipped, and say so. */
export const chromium: string | undefined = PLACES.find(existsSync);

/** What an expression came to, or what went wrong in a page. */
interface Told {
  readonly id?: number;
  readonly method?: string;
  readonly params?: {
    readonly exceptionDetails?: { readonly text: string; readonly exception?: { description?: string } };
  };
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** A page in Chromium without a screen. */
export class Page implements AsyncDisposable {
  /** What was thrown in it, and nobody caught. */
  readonly uncaught: string[] = [];
  readonly #browser: Deno.ChildProcess;
  readonly #profile: string;
  readonly #asked = new Map<number, (told: Told) => void>();
  #socket: WebSocket | undefined = undefined;
  #session: string | undefined = undefined;
  #last = 0;

  private constructor(browser: Deno.ChildProcess, profile: string) {
    this.#browser = browser;
    this.#profile = profile;
  }

  /** Starts Chromium and opens a page. */
  static async open(program: string, url: string): Promise<Page> {
    const profile = await Deno.makeTempDir({ prefix: "parley-" });
    const browser = new Deno.Command(program, {
      // Root has no sandbox, and what runs in it is ours.
      args: [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--remote-debugging-port=0",
        `--user-data-dir=${profile}`,
        "about:blank",
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const page = new Page(browser, profile);
    try {
      await within("the page", page.#open(url));
    } catch (error) {
      await page[Symbol.asyncDispose]();
      throw error;
    }
    return page;
  }

  /** What an expression is in the page; text, for that is what is looked for. */
  async text(expression: string): Promise<string> {
    const { result } = await this.#ask("Runtime.evaluate", { expression: `String(${expression})` });
    return isValue(result) ? String(result.value) : "";
  }

  /** Goes to another page. */
  async go(url: string): Promise<void> {
    await this.#ask("Page.navigate", { url });
    await this.until("location.href + document.readyState", (text) => text === `${url}complete`);
  }

  /** Shows pages as on a screen of this width and height, in pixels, light or dark. */
  async screen(width: number, height: number, scheme: "light" | "dark"): Promise<void> {
    const metrics = { width, height, deviceScaleFactor: 1, mobile: false };
    await this.#ask("Emulation.setDeviceMetricsOverride", metrics);
    const features = [{ name: "prefers-color-scheme", value: scheme }];
    await this.#ask("Emulation.setEmulatedMedia", { features });
  }

  /** A picture of what is seen of the page, as PNG. */
  async picture(): Promise<Uint8Array> {
    const { data } = await this.#ask("Page.captureScreenshot", { format: "png" });
    return Uint8Array.fromBase64(String(data));
  }

  /** Waits until an expression has such a text in the page. */
  async until(expression: string, wanted: (text: string) => boolean): Promise<string> {
    let last = "";
    const wait = async (): Promise<string> => {
      for (;;) {
        last = await this.text(expression);
        if (wanted(last)) return last;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    return await within(`${expression} in the page`, wait(), () => `${last}\n${this.uncaught.join("\n")}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket?.close();
    this.#browser.kill("SIGKILL");
    await this.#browser.status;
    // Its other processes may still be writing.
    for (let left = 20; left > 0; left--) {
      try {
        return await Deno.remove(this.#profile, { recursive: true });
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  async #open(url: string): Promise<void> {
    const socket = this.#socket = new WebSocket(await this.#endpoint());
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error("Chromium does not listen"));
    });
    socket.onmessage = ({ data }) => this.#take(JSON.parse(String(data)));
    const { targetId } = await this.#ask("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.#ask("Target.attachToTarget", { targetId, flatten: true });
    this.#session = String(sessionId);
    await this.#ask("Runtime.enable");
    await this.#ask("Page.navigate", { url });
  }

  /** Where Chromium says that it listens. */
  async #endpoint(): Promise<string> {
    const reader = this.#browser.stderr.pipeThrough(new TextDecoderStream()).getReader();
    let said = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) throw new Error(`Chromium ended:\n${said}`);
      said += value;
      const [, endpoint] = /^DevTools listening on (ws:\S+)\s/m.exec(said) ?? [];
      if (endpoint === undefined) continue;
      // What it says later is read, lest it waits, and not looked at.
      void (async () => {
        while (!(await reader.read()).done);
      })().catch(() => {});
      return endpoint;
    }
  }

  async #ask(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const id = ++this.#last;
    const { promise, resolve } = Promise.withResolvers<Told>();
    this.#asked.set(id, resolve);
    const session = this.#session === undefined ? {} : { sessionId: this.#session };
    this.#socket?.send(JSON.stringify({ id, method, params, ...session }));
    const { result, error } = await promise;
    if (error !== undefined) throw new Error(`Chromium refuses ${method}: ${error.message}`);
    return result ?? {};
  }

  #take(told: Told): void {
    if (told.id !== undefined) {
      this.#asked.get(told.id)?.(told);
      this.#asked.delete(told.id);
    } else if (told.method === "Runtime.exceptionThrown") {
      const details = told.params?.exceptionDetails;
      this.uncaught.push(details?.exception?.description ?? details?.text ?? "");
    }
  }
}

function isValue(result: unknown): result is { readonly value: unknown } {
  return typeof result === "object" && result !== null && "value" in result;
}
