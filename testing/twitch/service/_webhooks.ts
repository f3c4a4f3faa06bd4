import type { Host } from "@parley/parley/driver";
import type { TwitchEventSubServer } from "../eventsub_server.ts";
import type {
  EventSubServerPost,
  EventSubServerSubscription,
  EventSubServerTransport,
} from "../eventsub_server_types.ts";
import { shown } from "../_subscription_book.ts";

/** How often Twitch posts what was not taken, before it gives up. */
const ATTEMPTS = 3;

/** Posts to webhooks, signed. */
export class Webhooks {
  readonly #host: Host;
  readonly #eventsub: TwitchEventSubServer;
  #count = 0;

  constructor(host: Host, eventsub: TwitchEventSubServer) {
    this.#host = host;
    this.#eventsub = eventsub;
  }

  /** Asks a webhook whether it is meant; a subscription that it confirms is enabled. */
  challenge(
    subscription: EventSubServerSubscription,
    { callback, secret }: EventSubServerTransport & { readonly method: "webhook" },
  ): void {
    const challenge = `challenge-${++this.#count}`;
    const body = JSON.stringify({ challenge, subscription: shown(subscription) });
    const type = "webhook_callback_verification";
    const id = `challenge-${subscription.id}`;
    void this.#post({ callback, secret, id, type, subscription, body })
      .then(async (response) => {
        const isRight = response !== undefined && response.status === 200 &&
          await response.text() === challenge;
        this.#eventsub.verified(subscription.id, isRight);
      });
  }

  /** Posts until it is taken, a few times. */
  async deliver(post: EventSubServerPost): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const response = await this.#post(post);
      await response?.body?.cancel();
      if (response !== undefined && response.status >= 200 && response.status < 300) return;
    }
  }

  async #post(
    { callback, secret, id, type, subscription, body }: EventSubServerPost,
  ): Promise<Response | undefined> {
    const timestamp = new Date(this.#host.clock.wall()).toISOString();
    const headers = {
      "content-type": "application/json",
      "twitch-eventsub-message-id": id,
      "twitch-eventsub-message-retry": "0",
      "twitch-eventsub-message-type": type,
      "twitch-eventsub-message-timestamp": timestamp,
      "twitch-eventsub-message-signature": await this.#sign(secret, `${id}${timestamp}${body}`),
      "twitch-eventsub-subscription-type": subscription.type,
      "twitch-eventsub-subscription-version": subscription.version,
    };
    try {
      return await this.#host.fetch(callback, { method: "POST", headers, body });
    } catch {
      return undefined;
    }
  }

  #sign(secret: string, text: string): Promise<string> {
    const work = () => signatureOf(secret, text);
    return this.#host.work?.("the signature of a webhook", work) ?? work();
  }
}

async function signatureOf(secret: string, text: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["sign"]);
  const bytes = new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(text)));
  return `sha256=${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
