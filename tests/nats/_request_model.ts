import type { NatsConnection, NatsRequest, NatsSubscription } from "../../src/nats/mod.ts";
import type { Line } from "./_stream_model.ts";

/** What NATS answers a request with that nobody subscribes to. */
class NoResponders extends Error {
  override readonly name = "NoResponders";
}

type Take = (payload: string, respond: (text: string) => void) => void;

/** Who subscribes to which subject, whoever it is. */
export class Subjects {
  readonly #takers = new Map<string, Set<Take>>();

  add(subject: string, take: Take): () => void {
    const takers = this.#takers.get(subject) ?? new Set();
    this.#takers.set(subject, takers.add(take));
    return () => takers.delete(take);
  }

  takersOf(subject: string): readonly Take[] {
    return [...this.#takers.get(subject) ?? []];
  }
}

const encoder = new TextEncoder();

/** Requests and answers as one client finds them: what one sends that stands still, or is cut off, is late or lost. */
export function connectionOver(subjects: Subjects, { clock, server, way, reaches }: Line): NatsConnection {
  return {
    request: (subject, payload, { timeout }) =>
      new Promise((resolve, reject) => {
        const undo = clock.setTimer(clock.now() + timeout, () => reject(new Error("timeout")));
        const settle = (run: () => void) => {
          server.setTimer(server.now() + way(), () => {
            if (!reaches()) return;
            clock.setTimer(clock.now(), () => {
              undo();
              run();
            });
          });
        };
        server.setTimer(server.now() + way(), () => {
          if (!reaches()) return;
          const takers = subjects.takersOf(subject);
          if (takers.length === 0) {
            return settle(() => reject(new NoResponders(`no responders: '${subject}'`)));
          }
          for (const take of takers) {
            take(payload, (text) => settle(() => resolve({ data: encoder.encode(text) })));
          }
        });
      }),
    subscribe(subject): NatsSubscription {
      const news: NatsRequest[] = [];
      let wake = () => {};
      let over = false;
      const undo = subjects.add(subject, (payload, respond) => {
        server.setTimer(server.now() + way(), () => {
          if (!reaches()) return;
          clock.setTimer(clock.now(), () => {
            news.push({
              data: encoder.encode(payload),
              respond(text) {
                if (reaches()) respond(text);
                return true;
              },
            });
            wake();
          });
        });
      });
      async function* told(): AsyncGenerator<NatsRequest> {
        while (!over) {
          for (let next = news.shift(); next !== undefined && !over; next = news.shift()) yield next;
          if (!over) await new Promise<void>((resolve) => wake = resolve);
        }
      }
      return {
        unsubscribe() {
          over = true;
          undo();
          wake();
        },
        [Symbol.asyncIterator]: told,
      };
    },
  };
}
